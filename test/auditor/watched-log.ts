import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FakeChain, logIdOf } from '../oracle/chain.ts';
import { OPERATOR, ORIGIN, trustJson } from '../oracle/ledger.ts';
import { mth, sha256 } from '../oracle/merkle.ts';
import { checkpointText, signedNote, testKey } from '../oracle/note.ts';
import { cosignatureLine, policyOf, testWitness } from '../oracle/witness.ts';
import { serveChain, servePages, type TestServer } from './fake-service.ts';
import { recordEntries, servedLog } from './served-log.ts';
import { WatchRun, type WatchRunOptions } from './watch-run.ts';

const key = testKey(ORIGIN, 1);
export const logId = logIdOf(OPERATOR, key.vkey);
export const [court, notary] = [testWitness('court.example', 7), testWitness('notary.example', 8)];
export const entries = recordEntries(900);
/** Another log that begins with the same 400 entries. */
export const fork = [...entries.slice(0, 400), ...recordEntries(500)];
/** The path of the log's checkpoint at a witness. */
export const WITNESS_PATH = `${sha256(ORIGIN).toString('hex')}/checkpoint`;

export const rootOf = (list: readonly Buffer[], size: number) => mth(list.slice(0, size));
export const nowSeconds = () => Math.floor(Date.now() / 1000);
export const noteOf = (list: readonly Buffer[], size: number) =>
  signedNote(checkpointText(ORIGIN, size, rootOf(list, size)), key);

/** An evidence file, as far as tests read it. */
interface Evidence {
  readonly problems: readonly { readonly code: string }[];
  readonly rememberedCheckpoint: string | null;
  readonly checkpoint: string | null;
  readonly otherCheckpoint: string | null;
  readonly trust: { readonly chain: { readonly rpcUrls: readonly string[] } };
  readonly witnessCheckpoints: readonly { readonly witness: string; readonly checkpoint: string }[];
  readonly consistency: readonly {
    readonly oldSize: string;
    readonly oldRoot: string;
    readonly newSize: string;
    readonly newRoot: string;
    readonly proof: readonly string[];
  }[];
}

/**
 * A service, a chain node and two witnesses that listen, whose content a test changes, and the
 * watches of the log. It begins with 650 entries, anchored at 3, 300 and 600.
 */
export class WatchedLog {
  readonly chain = new FakeChain();
  readonly pages = new Map<string, Uint8Array | string>();
  /** The paths that the service was asked for. */
  readonly requests: string[] = [];
  /** The pages of each witness. */
  readonly witnessPages = { w0: new Map<string, string>(), w1: new Map<string, string>() };
  readonly folder: string;
  state: string;
  service!: TestServer;
  readonly #servers: TestServer[] = [];
  readonly #watches: { end(): Promise<unknown> }[] = [];
  #node!: TestServer;
  #witnessUrls: readonly string[] = [];

  private constructor(folder: string) {
    this.folder = folder;
    this.state = join(folder, 'audit.state');
    this.chain.mine(3);
    for (const size of [3, 300, 600]) this.chain.anchor(logId, BigInt(size), rootOf(entries, size));
  }

  static async start(): Promise<WatchedLog> {
    const log = new WatchedLog(await mkdtemp(join(tmpdir(), 'watch-')));
    log.service = await servePages(log.pages, log.requests);
    log.#node = await serveChain(log.chain);
    const witnesses = [await servePages(log.witnessPages.w0), await servePages(log.witnessPages.w1)];
    log.#witnessUrls = witnesses.map(({ url }) => url);
    log.#servers.push(log.service, log.#node, ...witnesses);
    log.publish(entries, 650);
    return log;
  }

  async close(): Promise<void> {
    for (const watch of this.#watches) await watch.end();
    for (const server of this.#servers) await server.close();
    await rm(this.folder, { recursive: true });
  }

  get vkey(): string {
    return key.vkey;
  }

  get rpcUrl(): string {
    return this.#node.url;
  }

  /** Arguments of `evl audit` for this log. */
  get args(): string[] {
    return ['--url', this.service.url, '--rpc', this.rpcUrl];
  }

  /** Starts a watch within this process. */
  watch(options: Partial<WatchRunOptions> = {}): WatchRun {
    const { rpcUrl, state } = this;
    const watch = new WatchRun({ url: this.service.url, rpcUrl, state, ...options });
    this.#watches.push(watch);
    return watch;
  }

  /**
   * Serves the first `size` of these entries, and nothing of an earlier log. The checkpoint may be
   * cosigned at these times.
   */
  publish(list: readonly Buffer[], size: number, cosigned: Readonly<{ w0?: number; w1?: number }> = {}): void {
    this.pages.clear();
    for (const [path, page] of servedLog(list.slice(0, size))) this.pages.set(`log/${path}`, page);
    const text = checkpointText(ORIGIN, size, rootOf(list, size));
    const lines = [
      ...(cosigned.w0 === undefined ? [] : [cosignatureLine(court, text, cosigned.w0)]),
      ...(cosigned.w1 === undefined ? [] : [cosignatureLine(notary, text, cosigned.w1)]),
    ];
    this.pages.set('log/checkpoint', noteOf(list, size) + lines.join(''));
    for (const witness of ['w0', 'w1'] as const) {
      if (cosigned[witness] !== undefined) this.witnessPages[witness].set('add-checkpoint', `${size}\n`);
    }
    this.pages.set('trust.json', this.trustText());
  }

  trustText(witnessPolicy?: string): string {
    const trust = trustJson({ key, logId, chain: this.chain, records: [], entries, fileBytes: Buffer.alloc(0) });
    trust.chain.rpcUrls = ['http://127.0.0.1:1/access-key'];
    return JSON.stringify(witnessPolicy === undefined ? trust : { ...trust, witnessPolicy });
  }

  /**
   * Writes a trust file that requires `quorum` of the two witnesses, with their addresses; its
   * path.
   */
  async writeTrust(quorum: number): Promise<string> {
    const policy = policyOf(quorum, court, notary)
      .replace(court.vkey, `${court.vkey} ${this.#witnessUrls[0]}`)
      .replace(notary.vkey, `${notary.vkey} ${this.#witnessUrls[1]}/`);
    const path = join(this.folder, 'trust.json');
    await writeFile(path, this.trustText(policy));
    return path;
  }

  evidence(count: number): Evidence {
    return JSON.parse(readFileSync(`${this.state}.evidence-${count}.json`, 'utf8')) as Evidence;
  }

  get remembered(): { readonly size: string; readonly checkpoint: string } {
    return JSON.parse(readFileSync(this.state, 'utf8')) as { size: string; checkpoint: string };
  }
}
