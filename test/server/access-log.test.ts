import { describe, expect, test } from 'vitest';
import { nodeSha256 as hash } from '../../src/adapters/node-crypto/node-hashes.ts';
import { accessView } from '../../src/kinds/access/view.ts';
import type { AccessEntry } from '../../src/people/access/entry.ts';
import { readStream } from '../../src/people/access/read-stream.ts';
import { LOGGED_ACTS } from '../../src/server/access/logged-acts.ts';
import { OPERATIONS } from '../../src/server/operations.ts';
import { idOf } from '../people/events.ts';
import { HOST_TOKEN } from './memory-service.ts';
import { Browser, codeOf, type PeopleService, startPeopleService } from './people-service.ts';

const SOON = { timeout: 20_000 };
const PASSWORD = 'several unrelated words';
const REGISTRATION = {
  case: { number: '（2026）浙01刑初456号' },
  file: { name: '讯问录像.mp4', size: 1 },
  digests: { sha256: 'ab'.repeat(32) },
};

async function signedIn(ledger: PeopleService, name: string): Promise<Browser> {
  const browser = new Browser(ledger.service.url);
  const token = await ledger.sessions.makeLink(idOf(name));
  expect((await browser.post('/v1/one-time-link/use', { token, password: PASSWORD })).status).toBe(204);
  return browser;
}

/** All that is logged, without the entries that begin a stream. */
async function entriesOf({ access, streams }: PeopleService): Promise<AccessEntry[]> {
  await access.flush();
  const found: AccessEntry[] = [];
  for (const stream of await streams.list()) await readStream(hash, streams.read(stream), (entry) => found.push(entry));
  return found.filter(({ entry }) => entry !== 'began');
}

const shown = ({ entry, value }: AccessEntry) => {
  const { seq: _, at: __, entry: ___, ...rest } = value;
  return { entry, ...rest };
};

test('what operations leave in the access log is listed here', () => {
  const byHow = (how: string) =>
    OPERATIONS.filter(({ act }) => act !== 'public' && LOGGED_ACTS[act] === how)
      .map(({ id }) => id)
      .toSorted();
  expect(byHow('before')).toMatchInlineSnapshot(`
    [
      "fetchCertificate",
      "fetchContent",
      "fetchReceipt",
      "listAccessEntries",
      "listAccessStreams",
      "listCaseAccess",
      "listCases",
      "listDirectoryEvents",
      "listEvidence",
      "showEvidence",
    ]
  `);
  expect(byHow('if-possible')).toMatchInlineSnapshot(`
    [
      "addApiKey",
      "addOrganisation",
      "addOwnApiKey",
      "addPasskey",
      "addPerson",
      "assignCase",
      "beginPasskey",
      "bindIdentity",
      "changePassword",
      "changeRoles",
      "closeOrganisation",
      "confirmRestore",
      "decideLogin",
      "endGrant",
      "endPerson",
      "endSession",
      "grantCase",
      "grantRecord",
      "listApiKeys",
      "listOwnApiKeys",
      "lookAtLogin",
      "movePerson",
      "publishRecord",
      "removePasskey",
      "removePassword",
      "renameOrganisation",
      "renamePerson",
      "resetPerson",
      "revokeApiKey",
      "revokeOwnApiKey",
      "showAccount",
      "signOut",
      "unassignCase",
      "unbindIdentity",
      "withdrawRecord",
    ]
  `);
  expect(byHow('no')).toMatchInlineSnapshot(`
    [
      "listOrganisations",
      "listPeople",
      "metrics",
      "registerEvidence",
      "registerEvidenceBatch",
      "requestAnchor",
      "storeContent",
    ]
  `);
});

test('without accounts nothing is logged', async () => {
  await using ledger = await startPeopleService([]);
  const browser = new Browser(ledger.service.url);
  expect((await browser.post('/v1/evidence', REGISTRATION)).status).toBe(201);
  expect((await browser.get('/v1/evidence')).status).toBe(200);
  expect(await ledger.streams.list()).toEqual([]);
});

describe('with accounts', () => {
  test('a record that is looked at is logged with its ids, before the answer, and nothing else of it', async () => {
    await using ledger = await startPeopleService();
    const handler = await signedIn(ledger, 'handler');
    const made = await handler.post('/v1/evidence', REGISTRATION);
    const { record } = (await made.json()) as { record: { header: { id: string } } };
    const { id } = record.header;
    const file = ledger.people.directory.cases().find(({ number }) => number?.includes('456'))!;
    const answer = await handler.get(`/v1/evidence/${id}/receipt`);
    expect(answer.status).toBe(200);
    await answer.arrayBuffer();
    expect((await handler.get(`/v1/evidence?case=${encodeURIComponent(REGISTRATION.case.number)}`)).status).toBe(200);
    expect((await handler.get(`/v1/evidence?sha256=${REGISTRATION.digests.sha256}`)).status).toBe(200);
    await expect
      .poll(async () => (await entriesOf(ledger)).map(shown), SOON)
      .toEqual([
        { entry: 'asked', by: idOf('handler'), act: 'manage-own-account', operation: 'useLink' },
        { entry: 'answered', asked: 2, status: 204 },
        { entry: 'asked', by: idOf('handler'), act: 'look', operation: 'fetchReceipt', record: id, case: file.id },
        { entry: 'answered', asked: 4, status: 200 },
        { entry: 'asked', by: idOf('handler'), act: 'search', operation: 'listEvidence', case: file.id },
        { entry: 'answered', asked: 6, status: 200 },
        { entry: 'asked', by: idOf('handler'), act: 'search', operation: 'listEvidence' },
        { entry: 'answered', asked: 8, status: 200 },
      ]);
    const text = [...ledger.streams.files.values()].map((bytes) => Buffer.from(bytes).toString()).join('');
    for (const secret of ['讯问录像', '456号', 'abab', 'handler"', PASSWORD]) expect(text).not.toContain(secret);
  });

  test('what another organisation asks for in vain is not told apart, and strangers are only counted', async () => {
    await using ledger = await startPeopleService();
    const stranger = new Browser(ledger.service.url);
    for (let i = 0; i < 20; i++) await stranger.get(`/v1/evidence?sha256=${'cd'.repeat(32)}`);
    for (let i = 0; i < 3; i++) await stranger.post('/v1/session', { name: `nobody ${i}`, password: 'x' });
    expect(await entriesOf(ledger)).toEqual([]);
    ledger.access.addCounts();
    expect((await entriesOf(ledger)).map(shown)).toEqual([
      { entry: 'counted', counts: [{ prefix: '127.0.0.0/24', anonymous: 20, failedSignIns: 3 }], others: 0 },
    ]);
  });

  test('a search by the digest of a file that is verified is logged, and of strangers only counted', async () => {
    await using ledger = await startPeopleService();
    const [handler, stranger] = [await signedIn(ledger, 'handler'), new Browser(ledger.service.url)];
    const question = { digests: { sha256: 'cd'.repeat(32) } };
    expect((await handler.post('/v1/verify', question)).status).toBe(200);
    expect((await stranger.post('/v1/verify', question)).status).toBe(401);
    await expect
      .poll(async () => (await entriesOf(ledger)).map(shown).slice(2), SOON)
      .toEqual([
        { entry: 'asked', by: idOf('handler'), act: 'search', operation: 'verify' },
        { entry: 'answered', asked: 4, status: 200 },
      ]);
    ledger.freeBytes = 1024;
    expect(await codeOf(await handler.post('/v1/verify', question))).toBe('access-log-full');
  });

  test('who walks through ids leaves a trace: refusals are counted by person, and hidden records named', async () => {
    await using ledger = await startPeopleService();
    const names = ['handler', 'officer', 'admin'];
    const [handler, officer, admin] = await Promise.all(names.map((name) => signedIn(ledger, name)));
    const made = await handler!.post('/v1/evidence', REGISTRATION);
    const { record } = (await made.json()) as { record: { header: { id: string } } };
    const { id } = record.header;
    for (const path of [id, `${id}/content`, `${id}/receipt`, idOf('no record')]) {
      expect((await officer!.get(`/v1/evidence/${path}`)).status).toBe(404);
    }
    expect((await officer!.get('/v1/people')).status).toBe(403);
    expect((await admin!.get(`/v1/evidence/${id}/content`)).status).toBe(403);
    expect((await admin!.get(`/v1/people/${idOf('nobody')}/api-keys`)).status).toBe(404);
    // it has no content, which is no refusal
    expect((await handler!.get(`/v1/evidence/${id}/content`)).status).toBe(404);
    await expect
      .poll(async () => {
        ledger.access.addCounts();
        return (await entriesOf(ledger))
          .filter(({ entry }) => entry === 'refused')
          .flatMap(({ value }) => value['counts']);
      }, SOON)
      .toEqual([
        { by: idOf('officer'), notFound: 4, forbidden: 1, records: [id] },
        { by: idOf('admin'), notFound: 1, forbidden: 1, records: [] },
      ]);
  });

  test('refusals of many persons and records are one entry of a bounded size', async () => {
    await using ledger = await startPeopleService();
    for (let i = 0; i < 10_000; i++) {
      ledger.access.refusals.add(idOf(`person ${i % 100}`), 'notFound', idOf(`record ${i}`));
    }
    ledger.access.addCounts();
    const [entry] = await entriesOf(ledger);
    const counts = entry!.value['counts'] as { notFound: number; records: unknown[] }[];
    expect([counts.length, entry!.value['others']]).toEqual([64, 3600]);
    expect(counts[0]).toMatchObject({ notFound: 100, records: { length: 16 } });
    expect([...ledger.streams.files.values()][0]!.length).toBeLessThan(64 * 1024);
  });

  test('what only some may see is kept by no cache', async () => {
    await using ledger = await startPeopleService();
    const handler = await signedIn(ledger, 'handler');
    const made = await handler.post('/v1/evidence', REGISTRATION);
    const { record } = (await made.json()) as { record: { header: { id: string } } };
    for (const path of ['', `/${record.header.id}`, `/${record.header.id}/receipt`]) {
      const { status, headers } = await handler.get(`/v1/evidence${path}`);
      expect([path, status, headers.get('cache-control')]).toEqual([path, 200, 'no-store']);
    }
  });

  test('many networks are one entry of a bounded size', async () => {
    await using ledger = await startPeopleService();
    for (let i = 0; i < 10_000; i++) ledger.access.count(`10.${i >> 8}.${i & 255}.1`, 'anonymous');
    ledger.access.addCounts();
    const [entry] = await entriesOf(ledger);
    expect((entry!.value['counts'] as unknown[]).length).toBe(32);
    expect(entry!.value['others']).toBe(10_000 - 32);
    expect([...ledger.streams.files.values()][0]!.length).toBeLessThan(4000);
  });

  test('a log that cannot be written refuses what is looked at; registration and revocation go on', async () => {
    await using ledger = await startPeopleService();
    const handler = await signedIn(ledger, 'handler');
    const host = { authorization: `Bearer ${HOST_TOKEN}` };
    const made = await handler.post('/v1/evidence', REGISTRATION);
    const { record } = (await made.json()) as { record: { header: { id: string } } };
    const refused = async () => {
      const paths = ['', `/${record.header.id}`, `/${record.header.id}/receipt`, `/${record.header.id}/content`];
      for (const path of paths) {
        const answer = await handler.get(`/v1/evidence${path}`);
        expect([path, answer.status, await codeOf(answer)]).toEqual([path, 503, 'access-log-full']);
      }
      const other = { ...REGISTRATION, file: { name: crypto.randomUUID(), size: 1 } };
      expect((await handler.post('/v1/evidence', other)).status).toBe(201);
      const person = idOf('clerk');
      const browser = new Browser(ledger.service.url);
      expect((await browser.post(`/v1/people/${person}/reset`, {}, host)).status).toBe(200);
      expect(ledger.access.state).toBe('refusing');
    };
    ledger.freeBytes = 1024;
    await refused();
    ledger.freeBytes = 1e12;
    expect((await handler.get('/v1/evidence')).status).toBe(200);
    expect(ledger.access.state).toBe('writing');
    ledger.streams.isFailing = true;
    await refused();
    ledger.streams.isFailing = false;
    expect((await handler.get('/v1/evidence')).status).toBe(200);
    ledger.freeBytes = 100 * 1024 * 1024;
    expect((await handler.get('/v1/evidence')).status).toBe(200);
    expect(ledger.access.state).toBe('low');
  });

  test('auditors read every entry by pages, and no name; nobody else does', async () => {
    await using ledger = await startPeopleService();
    const [handler, auditor] = [await signedIn(ledger, 'handler'), await signedIn(ledger, 'auditor')];
    for (let i = 0; i < 5; i++) await handler.get('/v1/evidence');
    await ledger.access.flush();
    type Streams = { items: { stream: string; recorded: null }[] };
    const { items: streams } = (await (await auditor.get('/v1/access')).json()) as Streams;
    expect(streams).toEqual([{ stream: ledger.access.log.head()!.stream, recorded: null }]);
    const path = `/v1/access/${streams[0]!.stream}`;
    const seqs: number[] = [];
    let after: number | null = 0;
    while (after !== null && seqs.length < 12) {
      const page = await auditor.get(`${path}?after=${after}&limit=4`);
      const { items, nextAfter } = (await page.json()) as { items: { seq: number }[]; nextAfter: number | null };
      seqs.push(...items.map(({ seq }) => seq));
      after = nextAfter;
    }
    expect(seqs.slice(0, 12)).toEqual(Array.from({ length: seqs.slice(0, 12).length }, (_, i) => i + 1));
    expect(seqs.length).toBeGreaterThanOrEqual(12);
    expect((await auditor.get(`/v1/access/${idOf('no stream')}`)).status).toBe(404);
    expect((await auditor.get('/v1/access/..%2Fsessions')).status).toBe(404);
    expect((await handler.get(path)).status).toBe(403);
  });

  test('a supervisor sees by name who looked at a case of the organisation', async () => {
    await using ledger = await startPeopleService();
    const [handler, supervisor] = [await signedIn(ledger, 'handler'), await signedIn(ledger, 'supervisor')];
    const made = await handler.post('/v1/evidence', REGISTRATION);
    const { record } = (await made.json()) as { record: { header: { id: string } } };
    const file = ledger.people.directory.cases().find(({ number }) => number?.includes('456'))!;
    await (await handler.get(`/v1/evidence/${record.header.id}`)).arrayBuffer();
    await expect
      .poll(async () => {
        await ledger.access.flush();
        const answer = await supervisor.get(`/v1/cases/${file.id}/access`);
        const { items } = (await answer.json()) as { items: { operation: string; status: number | null }[] };
        return items.find(({ operation, status }) => operation === 'showEvidence' && status !== null);
      }, SOON)
      .toEqual({
        at: expect.any(String),
        person: idOf('handler'),
        name: 'handler',
        organisation: 'procuratorate',
        key: null,
        operation: 'showEvidence',
        record: record.header.id,
        status: 200,
      });
    const officer = await signedIn(ledger, 'officer');
    expect((await officer.get(`/v1/cases/${file.id}/access`)).status).toBe(403);
    expect((await supervisor.get(`/v1/cases/${idOf('no case')}/access`)).status).toBe(404);
  });
});

test('records of the kind access are registered by no route, and shown to nobody who works on cases', async () => {
  expect(OPERATIONS.filter(({ path, method }) => method === 'post' && path.includes(accessView.name))).toEqual([]);
});

test('no route edits or removes an entry of the access log', async () => {
  const own = OPERATIONS.filter(({ path }) => path.startsWith('/v1/access'));
  expect([...new Set(own.map(({ method }) => method))]).toEqual(['get']);
  await using ledger = await startPeopleService();
  const [admin, auditor] = [await signedIn(ledger, 'admin'), await signedIn(ledger, 'auditor')];
  await ledger.access.flush();
  const { stream } = ledger.access.log.head()!;
  const before = ledger.streams.files.get(stream)!;
  for (const browser of [admin, auditor]) {
    for (const method of ['DELETE', 'PUT', 'PATCH', 'POST']) {
      const answer = await browser.call(method, `/v1/access/${stream}`, method === 'DELETE' ? undefined : {});
      expect([method, answer.status]).toEqual([method, 405]);
    }
  }
  await ledger.access.flush();
  expect(ledger.streams.files.get(stream)!.subarray(0, before.length)).toEqual(before);
});
