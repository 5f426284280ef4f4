import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Program, type Workplace } from '../e2e/program.ts';
import type { Observation } from './transcript.ts';

/** Operates a witness: `evl witness serve` in a folder of its own. */
export class WitnessOperator {
  readonly workplace: Workplace;
  readonly name: string;
  readonly #program: Program<{ readonly url: string; readonly vkey: string }>;
  vkey = '';
  url = '';

  constructor(workplace: Workplace, name: string) {
    this.workplace = workplace;
    this.name = name;
    workplace.env['EVL_WITNESS_DIR'] = join(workplace.dir, 'witness');
    workplace.env['EVL_WITNESS_PORT'] = '0';
    this.#program = new Program(workplace, 'witness', 'serve');
  }

  /** Creates a witness that knows this log, and starts it. */
  async open(logVkey: string): Promise<void> {
    await this.workplace.json(['witness', 'init', '--name', `${this.name}.example/witness`]);
    await this.workplace.json(['witness', 'add-log', logVkey]);
    await this.start();
  }

  /** The port is chosen at the first start and kept. */
  async start(): Promise<void> {
    ({ vkey: this.vkey, url: this.url } = await this.#program.start());
    this.workplace.env['EVL_WITNESS_PORT'] = new URL(this.url).port;
  }

  async close(): Promise<void> {
    await this.#program.stop();
  }

  /** Submits a checkpoint. The witness keeps as evidence what it refuses as a contradiction. */
  async offer(body: string): Promise<Observation> {
    const kept = this.#evidence().length;
    const answer = await fetch(`${this.url}/add-checkpoint`, { method: 'POST', body });
    const [code] = (await answer.text()).split(':');
    if (answer.status === 200) return { grade: 'quiet', summary: 'cosigned, HTTP 200' };
    const isKept = this.#evidence().length > kept;
    return {
      grade: isKept ? 'alarm' : 'doubt',
      summary: `${code!.trim()}, HTTP ${answer.status}${isKept ? ', evidence kept' : ''}`,
    };
  }

  #evidence(): string[] {
    return readdirSync(join(this.workplace.env['EVL_WITNESS_DIR']!, 'evidence'));
  }

  /** The size that it has cosigned last. */
  async size(): Promise<string> {
    const { logs } = await this.workplace.json<{ logs: { size: string }[] }>(['witness', 'show']);
    return logs[0]!.size;
  }

  /**
   * Replaces the log's key. The old one must be removed too, as the witness's handbook says;
   * `isCareless` forgets that.
   */
  async changeKey(from: string, to: string, isCareless = false): Promise<void> {
    await this.close();
    await this.workplace.json(['witness', 'add-log', to]);
    const file = join(this.workplace.env['EVL_WITNESS_DIR']!, 'logs.json');
    const logs = JSON.parse(readFileSync(file, 'utf8')) as { logs: { keys: string[] }[] };
    for (const log of logs.logs) log.keys = log.keys.filter((key) => isCareless || key !== from);
    writeFileSync(file, `${JSON.stringify(logs, null, 2)}\n`);
    await this.start();
  }
}
