import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { nodeSha256 as hash } from '../../src/adapters/node-crypto/node-hashes.ts';
import type { Role } from '../../src/people/persons.ts';
import { type DirectoryEntry, EMPTY_DIRECTORY, headAfter } from '../../src/people/model.ts';
import { toBase64 } from '../../src/protocol/encoding/bytes.ts';
import { canonicalJson, type JsonObject } from '../../src/protocol/encoding/json.ts';
import { idOf } from '../people/events.ts';
import { addApiKey, Browser, codeOf, type PeopleService, startPeopleService } from './people-service.ts';

/** What auditors see of the directory, and what a party is granted. */

let ledger: PeopleService;
beforeEach(async () => {
  ledger = await startPeopleService();
});
afterEach(() => ledger[Symbol.asyncDispose]());

/** Calls by an API key of a person. */
async function as(name: string, role: Role) {
  const until = new Date(ledger.nowMs + 86_400_000).toISOString();
  const { key } = await addApiKey(ledger.people, name, role, until);
  const headers = { authorization: `Bearer ${key}` };
  const browser = new Browser(ledger.service.url);
  return {
    get: (path: string) => browser.call('GET', path, undefined, headers),
    post: (path: string, body: object = {}) => browser.post(path, body, headers),
  };
}

interface Page {
  readonly items: readonly { readonly seq: number; readonly event: JsonObject }[];
  readonly nextAfter: number | null;
  readonly head: { readonly count: number; readonly hash: string };
}

describe('the events of the directory', () => {
  test('are read by pages, chain up to the stated head, and hold no name', async () => {
    const personal = { signInName: 'someone', name: '张某某' };
    await ledger.people.change(() => ({ event: 'person-renamed', by: 'host', person: idOf('officer'), personal }));
    const auditor = await as('auditor', 'auditor');
    const texts: string[] = [];
    const events: DirectoryEntry[] = [];
    let head: Page['head'] | undefined;
    for (let after: number | null = 0; after !== null;) {
      const answer = await auditor.get(`/v1/directory?after=${after}&limit=4`);
      const text = await answer.text();
      const page = JSON.parse(text) as Page;
      texts.push(text);
      for (const { seq, event } of page.items) {
        events.push({ event: canonicalJson(event), personal: undefined });
        expect(seq).toBe(events.length);
      }
      ({ nextAfter: after, head } = page);
    }
    const computed = headAfter(hash, EMPTY_DIRECTORY, events);
    expect(head).toEqual({ count: events.length, hash: toBase64(computed.hash) });
    expect(events.length).toBe(ledger.people.head().count);
    expect(texts.join('')).not.toMatch(/浙01|someone|张某某|passwordHash|argon2/);
  });

  test('end where there are no more', async () => {
    const auditor = await as('auditor', 'auditor');
    const page = (await (await auditor.get('/v1/directory?after=9999')).json()) as Page;
    expect([page.items, page.nextAfter]).toEqual([[], null]);
    expect(await codeOf(await auditor.get('/v1/directory?after=-1'))).toBe('validation-failed');
  });

  test.each([
    ['handler', 'handler'],
    ['supervisor', 'supervisor'],
    ['clerk', 'court'],
    ['lawyer', 'party'],
  ] as const)('are not for %s', async (name, role) => {
    expect((await (await as(name, role)).get('/v1/directory')).status).toBe(403);
  });
});

describe('a record that is granted to a party', () => {
  const UNTIL_MS = 3_600_000;
  const body = (signInName = 'lawyer') => ({
    signInName,
    until: new Date(ledger.nowMs + UNTIL_MS).toISOString(),
    basis: '（2026）阅卷1号',
  });

  async function registered(sha256: string): Promise<string> {
    const answer = await (
      await as('handler', 'handler')
    ).post('/v1/evidence', {
      case: { number: '（2026）浙01刑初123号' },
      file: { name: 'a.txt', size: 1 },
      digests: { sha256 },
    });
    return ((await answer.json()) as { record: { header: { id: string } } }).record.header.id;
  }

  test('is seen by that party alone, until the date or the end of the grant, and no other record is', async () => {
    const [id, other] = [await registered('ab'.repeat(32)), await registered('cd'.repeat(32))];
    const [supervisor, lawyer] = [await as('supervisor', 'supervisor'), await as('lawyer', 'party')];
    const see = async (record: string) => (await lawyer.get(`/v1/evidence/${record}/receipt`)).status;
    expect(await see(id)).toBe(404);
    const granted = await supervisor.post(`/v1/evidence/${id}/grants`, body());
    expect(granted.status).toBe(200);
    expect([await see(id), await see(other)]).toEqual([200, 404]);
    const { id: grant } = (await granted.json()) as { id: string };
    expect((await supervisor.post(`/v1/grants/${grant}/end`)).status).toBe(200);
    expect(await see(id)).toBe(404);
    expect(await codeOf(await supervisor.post(`/v1/grants/${grant}/end`))).toBe('grant-ended');
    expect((await supervisor.post(`/v1/evidence/${id}/grants`, body())).status).toBe(200);
    expect(await see(id)).toBe(200);
    ledger.nowMs += UNTIL_MS;
    expect(await see(id)).toBe(404);
  });

  test('is granted and closed by a supervisor of its organisation, to a party', async () => {
    const id = await registered('ab'.repeat(32));
    const supervisor = await as('supervisor', 'supervisor');
    for (const name of ['clerk', 'nobody']) {
      expect(await codeOf(await supervisor.post(`/v1/evidence/${id}/grants`, body(name)))).toBe('person-unknown');
    }
    expect((await supervisor.post(`/v1/evidence/${idOf('nothing')}/grants`, body())).status).toBe(404);
    const { id: grant } = (await (await supervisor.post(`/v1/evidence/${id}/grants`, body())).json()) as { id: string };
    for (const [name, role] of [
      ['handler', 'handler'],
      ['officer', 'handler'],
      ['clerk', 'court'],
      ['lawyer', 'party'],
      ['admin', 'admin'],
    ] as const) {
      const caller = await as(name, role);
      const answers = [
        await caller.post(`/v1/evidence/${id}/grants`, body()),
        await caller.post(`/v1/grants/${grant}/end`),
      ];
      expect([name, ...answers.map(({ status }) => status)]).toEqual([name, 403, 403]);
    }
    expect(ledger.people.directory.recordGrant(grant)).toMatchObject({ isEnded: false });
  });
});
