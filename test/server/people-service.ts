import { MemoryStore } from '../../src/adapters/memory-store/memory-store.ts';
import { nodeSha256 } from '../../src/adapters/node-crypto/node-hashes.ts';
import { uuidV7 } from '../../src/kinds/record-id.ts';
import type { Log } from '../../src/log/log.ts';
import { DirectoryLog } from '../../src/people/directory-log.ts';
import type { Role } from '../../src/people/persons.ts';
import type { SessionStore, SignedIn } from '../../src/people/ports.ts';
import { apiKeyHash, formatApiKey } from '../../src/server/access/credential.ts';
import type { ServerContext } from '../../src/server/context.ts';
import { Sessions } from '../../src/server/access/sessions.ts';
import { EMPTY_HEAD, openMemoryLog } from '../log/memory-log.ts';
import { MemoryStreams } from '../people/access/memory-streams.ts';
import { idOf, officeStory } from '../people/events.ts';
import { memoryAccess, type MemoryService, startMemoryService } from './memory-service.ts';

export const random = (length: number) => crypto.getRandomValues(new Uint8Array(length));

/** The offices of the story with a service; time is the test's. */
export interface PeopleService extends AsyncDisposable {
  readonly service: MemoryService;
  readonly people: DirectoryLog;
  readonly sessions: Sessions;
  readonly log: Log;
  readonly access: ReturnType<typeof memoryAccess>;
  readonly streams: MemoryStreams;
  nowMs: number;
  /** Of the disk that the access log believes to be on. */
  freeBytes: number;
}

/** Starts the service on a directory with the events of the story, or on an empty one. */
export async function startPeopleService(
  story = officeStory().events,
  more: Partial<ServerContext> = {},
): Promise<PeopleService> {
  let serial = 0;
  let saved: SignedIn = { sessions: [], links: [], devices: [], counts: [] };
  const store: SessionStore = { load: async () => saved, save: async (signedIn) => void (saved = signedIn) };
  const clock = () => started.nowMs;
  const started = { nowMs: Date.now(), freeBytes: 1e12 } as PeopleService & { nowMs: number; freeBytes: number };
  const ledger = new MemoryStore(EMPTY_HEAD);
  const newIdentifiers = (timeMs: number) => ({ id: uuidV7(timeMs, random(10)), number: `E-${serial++}` });
  const { log } = await openMemoryLog({ store: ledger, newIdentifiers });
  const tools = { hash: nodeSha256, random, clock };
  const people = await DirectoryLog.open(ledger, tools);
  for (const { at: _, ...event } of story) await people.change(() => event);
  const sessions = await Sessions.open({ ...tools, store, directory: people.directory });
  const streams = new MemoryStreams();
  const access = memoryAccess(clock, streams, async () => started.freeBytes);
  const service = await startMemoryService(log, { people, sessions, clock, access, ...more });
  const dispose = () => service[Symbol.asyncDispose]();
  return Object.assign(started, { service, people, sessions, log, access, streams, [Symbol.asyncDispose]: dispose });
}

export interface ApiKey {
  readonly id: string;
  /** As programs send it. */
  readonly key: string;
}

/** Gives a person of the story an API key for one role; `until`: RFC 3339. */
export async function addApiKey(people: DirectoryLog, name: string, role: Role, until: string): Promise<ApiKey> {
  const [id, secret] = [uuidV7(Date.now(), random(10)), random(32)];
  await people.change(() => ({
    event: 'api-key-added',
    by: 'host',
    key: id,
    person: idOf(name),
    role,
    secretSha256: apiKeyHash(nodeSha256, secret),
    until,
    personal: { label: 'test' },
  }));
  return { id, key: formatApiKey(id, secret) };
}

/** A browser as far as cookies go. */
export class Browser {
  readonly #url: string;
  readonly cookies = new Map<string, string>();

  constructor(url: string) {
    this.#url = url;
  }

  async call(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Response> {
    const answer = await fetch(`${this.#url}${path}`, {
      redirect: 'manual',
      method,
      headers: {
        ...(this.cookies.size > 0 && { cookie: [...this.cookies].map((pair) => pair.join('=')).join('; ') }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        'sec-fetch-site': 'same-origin',
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    for (const set of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? [];
      if (/Max-Age=0(?:;|$)/.test(set) || value === '') this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    return answer;
  }

  post(path: string, body: unknown = {}, headers: Record<string, string> = {}): Promise<Response> {
    return this.call('POST', path, body, headers);
  }

  get(path: string): Promise<Response> {
    return this.call('GET', path);
  }
}

/** The code of a problem; undefined where the answer is none. */
export async function codeOf(answer: Response): Promise<string | undefined> {
  if (answer.ok) return undefined;
  return ((await answer.json()) as { readonly code: string }).code;
}
