import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Workplace } from '../e2e/program.ts';
import { foreignLog, hashedOrigin, requestFor } from '../witness/foreign-log.ts';
import { Disk, DISK_CALLS, eventsOf } from './disk.ts';
import { bytesOf, type Call, describeTraced, pathOf, Strace, TRACEABLE } from './strace.ts';

/**
 * What a witness does, whatever it reports: the order of its system calls shows that no cosignature
 * leaves it before it is remembered on the disk.
 */

const CALLS = [...DISK_CALLS, 'writev'];
const STEPS = 20;
const log = foreignLog('log.example/a');
const workplace = new Workplace();
const dir = join(workplace.dir, 'witness');
const statePath = join(dir, 'state', hashedOrigin(log));

beforeAll(async () => {
  Object.assign(workplace.env, TRACEABLE, { EVL_WITNESS_PORT: '0' });
  expect((await workplace.run(['witness', 'init', '--name', 'witness.test/w1'])).exit).toBe(0);
  expect((await workplace.run(['witness', 'add-log', log.keys[0]!.vkey])).exit).toBe(0);
});
afterAll(() => workplace.remove());

describeTraced('a cosignature is on the disk', () => {
  test('before it is answered, and before it is shown [S35]', async () => {
    const before = join(workplace.dir, 'before');
    cpSync(dir, before, { recursive: true });
    const child = workplace.spawn(['witness', 'serve', '--json']);
    const { url } = JSON.parse(await firstDocument(child.stdout!)) as { url: string };
    const strace = await Strace.attach(child.pid!, { calls: CALLS });
    for (let size = 0; size < STEPS; size++) {
      const answer = fetch(`${url}/add-checkpoint`, { method: 'POST', body: requestFor(log, size, size + 1) });
      // while it is written, perhaps
      const shown = await fetch(`${url}/${hashedOrigin(log)}/checkpoint`);
      expect([200, 404]).toContain(shown.status);
      expect((await answer).status).toBe(200);
    }
    const calls = await strace.detach();
    child.kill();
    await new Promise((resolve) => child.once('close', resolve));

    const { answers, violations } = judge(calls, before);
    expect(violations).toEqual([]);
    expect(answers).toBeGreaterThanOrEqual(STEPS);
    // the judge is worth something: without any one sync of the file or of its folder it objects
    const syncs = calls.filter(({ name, result }) => name === 'fsync' && result === 0);
    expect(syncs).toHaveLength(2 * STEPS);
    for (const sync of syncs)
      expect(
        judge(
          calls.filter((call) => call !== sync),
          before,
        ).violations,
      ).not.toEqual([]);
  });
});

/** Everything that leaves the process with a signature of the witness in it. */
function judge(calls: readonly Call[], before: string): { readonly answers: number; readonly violations: string[] } {
  const disk = new Disk(dir, before);
  const violations: string[] = [];
  let answers = 0;
  for (const { line, at, call } of eventsOf(calls)) {
    const isAnswer =
      at === 'begin' &&
      (call.name === 'write' || call.name === 'writev') &&
      pathOf(call).startsWith('socket:') &&
      bytesOf(call).toString('utf8').includes('— witness.test/w1 ');
    if (isAnswer) {
      answers++;
      if (!disk.isDurable(statePath)) violations.push(`line ${line}: a cosignature leaves and is not durable`);
    }
    disk[at](call);
  }
  return { answers, violations };
}

function firstDocument(stream: NodeJS.ReadableStream): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    stream.setEncoding('utf8').on('data', (data: string) => {
      text += data;
      if (text.endsWith('}\n')) resolve(text);
    });
  });
}
