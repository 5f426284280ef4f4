import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Program, type Workplace } from '../e2e/program.ts';
import type { Look } from './minutes.ts';

/** Whoever runs a witness: `evl witness serve` in a folder of its own. */
export class WitnessHouse {
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

  /** A witness that knows this log. */
  async open(logVkey: string): Promise<void> {
    await this.workplace.json(['witness', 'init', '--name', `${this.name}.example/witness`]);
    await this.workplace.json(['witness', 'add-log', logVkey]);
    await this.start();
  }

  /** The port is drawn at the first start and kept. */
  async start(): Promise<void> {
    ({ vkey: this.vkey, url: this.url } = await this.#program.start());
    this.workplace.env['EVL_WITNESS_PORT'] = new URL(this.url).port;
  }

  async close(): Promise<void> {
    await this.#program.stop();
  }

  /** Somebody brings a checkpoint. What is refused as a contradiction is kept as evidence. */
  async offer(body: string): Promise<Look> {
    const kept = this.#evidence().length;
    const answer = await fetch(`${this.url}/add-checkpoint`, { method: 'POST', body });
    const [code] = (await answer.text()).split(':');
    if (answer.status === 200) return { grade: 'quiet', said: 'cosigned, HTTP 200' };
    const isKept = this.#evidence().length > kept;
    return {
      grade: isKept ? 'alarm' : 'doubt',
      said: `${code!.trim()}, HTTP ${answer.status}${isKept ? ', evidence kept' : ''}`,
    };
  }

  #evidence(): string[] {
    return readdirSync(join(this.workplace.env['EVL_WITNESS_DIR']!, 'evidence'));
  }

  /** What it has cosigned last. */
  async size(): Promise<string> {
    const { logs } = await this.workplace.json<{ logs: { size: string }[] }>(['witness', 'show']);
    return logs[0]!.size;
  }

  /**
   * The log has another key. The old one is to be taken away too, as the witness's handbook says;
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
