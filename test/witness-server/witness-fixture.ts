import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createWitness, registerLogIn } from '../../src/compose/witness-folder.ts';
import { type WitnessPaths, witnessPaths } from '../../src/adapters/witness-state/witness-folder.ts';
import { parseVkey } from '../../src/protocol/note/vkey.ts';
import { type RunningWitness, startWitness, type WitnessEvent } from '../../src/compose/witness.ts';
import type { ForeignLog } from '../witness/foreign-log.ts';

export interface TestWitness extends AsyncDisposable {
  readonly paths: WitnessPaths;
  readonly events: WitnessEvent[];
  running: RunningWitness;
  add(body: string | Uint8Array, init?: RequestInit): Promise<Response>;
  restart(): Promise<void>;
}

/** A real witness in a temporary folder, served on a free port, that watches these logs. */
export async function startTestWitness(
  logs: readonly ForeignLog[],
  { requestsPerSecond = 0 }: { readonly requestsPerSecond?: number } = {},
): Promise<TestWitness> {
  const folder = mkdtempSync(join(tmpdir(), 'evl-witness-'));
  const paths = witnessPaths(join(folder, 'witness'));
  await createWitness(paths.dir, 'witness.test/w1');
  for (const { origin, keys } of logs) {
    for (const { vkey } of keys) await registerLogIn(paths.dir, origin, parseVkey(vkey));
  }
  const events: WitnessEvent[] = [];
  const start = () =>
    startWitness({
      dir: paths.dir,
      host: '127.0.0.1',
      port: 0,
      requestsPerSecond,
      clock: () => BigInt(Math.floor(Date.now() / 1000)),
      onEvent: (event) => events.push(event),
    });
  const witness: TestWitness = {
    paths,
    events,
    running: await start(),
    add: (body, init = {}) => fetch(`${witness.running.url}/add-checkpoint`, { method: 'POST', body, ...init }),
    async restart() {
      await witness.running.stop();
      witness.running = await start();
    },
    async [Symbol.asyncDispose]() {
      await witness.running.stop();
      rmSync(folder, { recursive: true });
    },
  };
  return witness;
}
