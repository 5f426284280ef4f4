import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Service, Workplace } from '../e2e/program.ts';
import type { TrustJson } from '../oracle/ledger.ts';
import { WitnessOperator } from './witness-operator.ts';

/**
 * The participants of the drill, each with a folder and keys of their own. There are two witnesses,
 * so that a quorum can be met in part.
 */
export class Stage {
  readonly dir = mkdtempSync(join(tmpdir(), 'evl-drill-'));
  readonly operator = new Workplace(this.#folder('operator'));
  readonly auditor = new Workplace(this.#folder('auditor'));
  readonly stranger = new Workplace(this.#folder('stranger'));
  readonly court = new WitnessOperator(new Workplace(this.#folder('court')), 'court');
  readonly notary = new WitnessOperator(new Workplace(this.#folder('notary')), 'notary');
  readonly service = new Service(this.operator);
  auditorAccount = '';
  /** Further services of the operator, shown to some participants only. */
  readonly #others: Service[] = [];

  #folder(name: string): string {
    const dir = join(this.dir, name);
    mkdirSync(dir);
    return dir;
  }

  get data(): string {
    return join(this.operator.dir, 'data');
  }

  /** The copy that the rollback restores. */
  get older(): string {
    return join(this.operator.dir, 'older');
  }

  letter(name: string): string {
    return join(this.stranger.dir, `${name}.txt`);
  }

  receipt(name: string): string {
    return `${this.letter(name)}.receipt.json`;
  }

  /** Another service of the operator, on another data folder. */
  other(data: string, { isWitnessed }: { readonly isWitnessed: boolean }): Service {
    const workplace = new Workplace(this.operator.dir);
    const { EVL_WITNESS_POLICY, ...env } = this.operator.env;
    Object.assign(workplace.env, env, { EVL_DATA_DIR: data, EVL_PORT: '0', EVL_CHAIN_PORT: '0' });
    if (isWitnessed) workplace.env['EVL_WITNESS_POLICY'] = EVL_WITNESS_POLICY!;
    const service = new Service(workplace);
    this.#others.push(service);
    return service;
  }

  /** Starts service and witnesses. */
  async startAll(): Promise<void> {
    await Promise.all([this.court.start(), this.notary.start()]);
    await this.service.start();
  }

  /** Stops service, chain and witnesses. */
  async stopAll(): Promise<void> {
    await Promise.all([this.service.stop(), this.court.close(), this.notary.close()]);
  }

  /** Creates keys, ledger, witnesses that know the log, and trust files. */
  async build(): Promise<void> {
    const { operator, auditor, court, notary } = this;
    const { account } = await auditor.json<{ account: string }>(['audit', 'key', 'auditor.key']);
    this.auditorAccount = account;
    await mustSucceed(operator, 'init');
    const vkey = trustIn(this.data).log.keys[0]!.vkey;
    for (const witness of [court, notary]) await witness.open(vkey);
    const lines = [court, notary].map(({ name, vkey: key, url }) => `witness ${name} ${key} ${url}\n`).join('');
    writeFileSync(join(operator.dir, 'witness.policy'), `${lines}group both all court notary\nquorum both\n`);
    Object.assign(operator.env, {
      EVL_WITNESS_POLICY: join(operator.dir, 'witness.policy'),
      EVL_ENDORSERS: account,
      EVL_ANCHOR_INTERVAL_MS: '3600000', // anchors are requested
      EVL_DISK_RESERVE_BYTES: '0',
    });
    await this.service.start();
    await mustSucceed(operator, 'chain', 'fund', account);
    this.writeTrustFiles((await (await fetch(`${this.service.url}/trust.json`)).json()) as TrustJson);
  }

  /**
   * Writes the trust files. The court requires both witnesses, auditor and stranger also the
   * auditor's endorsement; `plain.json` requires neither.
   */
  writeTrustFiles(offered: TrustJson): void {
    // Each names a node itself; the hint of the operator would make that node the operator's.
    const trust = { ...offered, chain: { ...offered.chain, rpcUrls: [] } };
    const { witnessPolicy: _, ...plain } = trust;
    const endorsed = { ...trust, endorsers: { k: 1, of: [this.auditorAccount] } };
    const give = (to: Workplace, name: string, value: object) =>
      writeFileSync(join(to.dir, name), JSON.stringify(value, null, 2));
    give(this.court.workplace, 'trust.json', trust);
    give(this.court.workplace, 'plain.json', plain);
    give(this.auditor, 'trust.json', trust);
    give(this.auditor, 'plain.json', plain);
    give(this.stranger, 'trust.json', endorsed);
    give(this.stranger, 'plain.json', plain);
  }

  async end(): Promise<void> {
    await Promise.all(this.#others.map((service) => service.stop()));
    await this.stopAll();
  }

  remove(): void {
    rmSync(this.dir, { recursive: true, force: true });
  }
}

function trustIn(data: string): TrustJson {
  return JSON.parse(readFileSync(join(data, 'trust.json'), 'utf8')) as TrustJson;
}

/** Runs a command that must succeed for the drill to continue. */
export async function mustSucceed(who: Workplace, ...args: readonly string[]): Promise<void> {
  const { exit, stdout, stderr } = await who.run(args);
  if (exit !== 0) throw new Error(`evl ${args.join(' ')} ended with ${exit}: ${stdout}${stderr}`);
}
