import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Service, Workplace } from '../e2e/program.ts';
import type { TrustJson } from '../oracle/ledger.ts';
import { WitnessHouse } from './witness-house.ts';

/**
 * The people of the drill, each with a folder and keys of their own. Two witnesses, so that a
 * quorum can be met in part.
 */
export class Stage {
  readonly dir = mkdtempSync(join(tmpdir(), 'evl-drill-'));
  readonly operator = new Workplace(this.#folder('operator'));
  readonly auditor = new Workplace(this.#folder('auditor'));
  readonly stranger = new Workplace(this.#folder('stranger'));
  readonly court = new WitnessHouse(new Workplace(this.#folder('court')), 'court');
  readonly notary = new WitnessHouse(new Workplace(this.#folder('notary')), 'notary');
  readonly service = new Service(this.operator);
  auditorAccount = '';
  /** Services of the operator that are not to be seen by all. */
  readonly #others: Service[] = [];

  #folder(name: string): string {
    const dir = join(this.dir, name);
    mkdirSync(dir);
    return dir;
  }

  get data(): string {
    return join(this.operator.dir, 'data');
  }

  /** What the rollback goes back to. */
  get older(): string {
    return join(this.operator.dir, 'older');
  }

  letter(name: string): string {
    return join(this.stranger.dir, `${name}.txt`);
  }

  receipt(name: string): string {
    return `${this.letter(name)}.receipt.json`;
  }

  /** Another service of the operator's, on another data folder. */
  other(data: string, { isWitnessed }: { readonly isWitnessed: boolean }): Service {
    const workplace = new Workplace(this.operator.dir);
    const { EVL_WITNESS_POLICY, ...env } = this.operator.env;
    Object.assign(workplace.env, env, { EVL_DATA_DIR: data, EVL_PORT: '0', EVL_CHAIN_PORT: '0' });
    if (isWitnessed) workplace.env['EVL_WITNESS_POLICY'] = EVL_WITNESS_POLICY!;
    const service = new Service(workplace);
    this.#others.push(service);
    return service;
  }

  /** Service and witnesses run. */
  async wake(): Promise<void> {
    await Promise.all([this.court.start(), this.notary.start()]);
    await this.service.start();
  }

  /** Nobody can be asked. */
  async rest(): Promise<void> {
    await Promise.all([this.service.stop(), this.court.close(), this.notary.close()]);
  }

  /** Keys, ledger, witnesses who know it, and trust files. */
  async build(): Promise<void> {
    const { operator, auditor, court, notary } = this;
    const { account } = await auditor.json<{ account: string }>(['audit', 'key', 'auditor.key']);
    this.auditorAccount = account;
    await mustSucceed(operator, 'init');
    const vkey = trustIn(this.data).log.keys[0]!.vkey;
    for (const house of [court, notary]) await house.open(vkey);
    const lines = [court, notary].map(({ name, vkey: key, url }) => `witness ${name} ${key} ${url}\n`).join('');
    writeFileSync(join(operator.dir, 'witness.policy'), `${lines}group both all court notary\nquorum both\n`);
    Object.assign(operator.env, {
      EVL_WITNESS_POLICY: join(operator.dir, 'witness.policy'),
      EVL_ENDORSERS: account,
      EVL_ANCHOR_INTERVAL_MS: '3600000', // when it is asked for
      EVL_DISK_RESERVE_BYTES: '0',
    });
    await this.service.start();
    await mustSucceed(operator, 'chain', 'fund', account);
    this.giveTrust((await (await fetch(`${this.service.url}/trust.json`)).json()) as TrustJson);
  }

  /**
   * The court demands both witnesses; auditor and stranger the auditor's endorsement too.
   * `plain.json` demands nobody.
   */
  giveTrust(trust: TrustJson): void {
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
    await this.rest();
  }

  remove(): void {
    rmSync(this.dir, { recursive: true, force: true });
  }
}

export function trustIn(data: string): TrustJson {
  return JSON.parse(readFileSync(join(data, 'trust.json'), 'utf8')) as TrustJson;
}

/** Runs a command that has to succeed for the drill to go on. */
export async function mustSucceed(who: Workplace, ...args: readonly string[]): Promise<void> {
  const { exit, stdout, stderr } = await who.run(args);
  if (exit !== 0) throw new Error(`evl ${args.join(' ')} ended with ${exit}: ${stdout}${stderr}`);
}
