import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '../server/ledger-fixture.ts';
import { isAvailable } from '../availability.ts';

/** The version that is tried; the handbooks name it. */
const MODULE = 'filippo.io/torchwood/cmd';
const VERSION = 'v0.6.1';

export const hasLiteWitness = (): boolean =>
  isAvailable('Go', spawnSync('go', ['version']).status === 0) &&
  isAvailable('ssh-agent', spawnSync('ssh-keygen', ['-?']).error === undefined);

/**
 * litewitness of filippo.io/torchwood, a witness program of others: it keeps its key in an agent of
 * SSH and its memory in SQLite, and shows no checkpoint.
 */
export class LiteWitness implements AsyncDisposable {
  readonly dir = mkdtempSync(join(tmpdir(), 'evl-litewitness-'));
  readonly #agent = join(this.dir, 'agent.sock');
  readonly #processes: ChildProcess[] = [];
  #witness: ChildProcess | undefined;
  #fingerprint = '';
  #port = 0;
  vkey = '';

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Builds the program, creates a key, and starts a witness that knows this log. */
  async open(origin: string, logVkey: string): Promise<void> {
    for (const program of ['litewitness', 'witnessctl']) {
      execFileSync('go', ['install', `${MODULE}/${program}@${VERSION}`], { env: { ...process.env, GOBIN: this.dir } });
    }
    const key = join(this.dir, 'key');
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key]);
    this.#fingerprint = execFileSync('ssh-keygen', ['-lf', `${key}.pub`], { encoding: 'utf8' }).split(' ')[1]!;
    this.#processes.push(spawn('ssh-agent', ['-D', '-a', this.#agent], { stdio: 'ignore' }));
    await eventually(async () => {
      const env = { ...process.env, SSH_AUTH_SOCK: this.#agent };
      return spawnSync('ssh-add', ['-q', key], { env }).status === 0 || undefined;
    });
    this.#control('add-log', '-origin', origin);
    this.#control('add-key', '-origin', origin, '-key', logVkey);
    this.#port = await freePort();
    await this.start();
  }

  async start(): Promise<void> {
    const args = ['-db', this.#database, '-listen', `127.0.0.1:${this.#port}`, '-name', 'lite.example/witness'];
    const keys = ['-key', this.#fingerprint, '-ssh-agent', this.#agent];
    this.#witness = spawn(join(this.dir, 'litewitness'), [...args, ...keys], { stdio: 'ignore' });
    this.#processes.push(this.#witness);
    const page = await eventually(() => this.#page());
    this.vkey = /^lite\.example\/witness\+\S+$/m.exec(page)![0];
  }

  async stop(): Promise<void> {
    const witness = this.#witness;
    if (witness === undefined || witness.exitCode !== null || witness.signalCode !== null) return;
    const ended = new Promise((resolve) => witness.once('close', resolve));
    witness.kill();
    await ended;
  }

  /** The size that it remembers of its one log, from its page for people. */
  async size(): Promise<number> {
    return Number(/\(size ([0-9]+),/.exec((await this.#page()) ?? '')?.[1]);
  }

  async #page(): Promise<string | undefined> {
    const answer = await fetch(this.url).catch(() => undefined);
    return answer?.text();
  }

  get #database(): string {
    return join(this.dir, 'witness.db');
  }

  #control(command: string, ...args: readonly string[]): void {
    execFileSync(join(this.dir, 'witnessctl'), [command, '-db', this.#database, ...args], { stdio: 'ignore' });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    for (const process of this.#processes) process.kill();
    rmSync(this.dir, { recursive: true, force: true });
  }
}

/** It cannot say which port it was given, so it gets one. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
