import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Service, Workplace } from './program.ts';

/** A folder that is registered in several runs, each broken off in another way. */

const FILES = 720; // more than are done before a kill comes
const workplace = new Workplace();
const service = new Service(workplace);
const at = (...names: string[]) => join(workplace.dir, ...names);

beforeAll(() => service.start());
afterAll(async () => {
  await service.stop();
  workplace.remove();
});

function makeFolder(name: string): void {
  mkdirSync(at(name));
  for (let i = 0; i < FILES; i++) writeFileSync(at(name, `f${i}`), `${name} ${i}`);
}

const receiptsIn = (name: string) => readdirSync(at(name)).filter((file) => file.endsWith('.receipt.json'));

async function treeSize(): Promise<number> {
  const view = (await (await fetch(`${service.url}/v1/anchors`)).json()) as { head: { size: string } };
  return Number(view.head.size);
}

/** Begins a run, and does something once it has written a number of receipts. */
async function run(
  args: readonly string[],
  {
    folder,
    receipts,
    act,
  }: { folder: string; receipts: number; act: (kill: (signal: NodeJS.Signals) => void) => Promise<void> },
): Promise<{ exit: number | null; stderr: string }> {
  const child = workplace.spawn(args);
  let stderr = '';
  child.stderr!.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  child.stdout!.resume();
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  while (receiptsIn(folder).length < receipts && child.exitCode === null) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  await act((signal) => child.kill(signal));
  return { exit: await ended, stderr };
}

describe.each([
  { name: 'contents', flags: [] },
  { name: 'digests', flags: ['--hash-only'] },
])('a folder of $name', ({ name, flags }) => {
  const add = ['add', at(name), ...flags];
  let before = 0;

  test('interrupted, and its two sides killed, is registered once [C45]', async () => {
    before = await treeSize();
    makeFolder(name);
    const interrupted = await run(add, { folder: name, receipts: 20, act: async (kill) => kill('SIGINT') });
    expect(interrupted.exit).toBe(130);
    expect(interrupted.stderr).toMatch(
      new RegExp(`[0-9]+ of ${FILES} files are registered; the same command continues`),
    );
    expect(readdirSync(at(name)).filter((file) => file.endsWith('.tmp'))).toEqual([]);
    for (const file of receiptsIn(name))
      expect(JSON.parse(readFileSync(at(name, file), 'utf8'))).toHaveProperty('proof');

    const seen = receiptsIn(name).length;
    const killed = await run(add, { folder: name, receipts: seen + 10, act: async (kill) => kill('SIGKILL') });
    expect(killed.exit).toBe(null);

    const more = Math.min(FILES, receiptsIn(name).length + 10);
    const last = await run(add, {
      folder: name,
      receipts: more,
      act: async () => {
        await service.stop('SIGKILL');
        await service.start();
      },
    });
    expect([last.exit, receiptsIn(name).length]).toEqual([0, FILES]);
    expect(await treeSize()).toBe(before + FILES);
  });

  test('and all of it is anchored and checked at once', async () => {
    expect((await workplace.run([...add, '--wait', 'final'])).exit).toBe(0);
    // a run that was killed may have left an unfinished receipt, which is named and not judged
    const checked = await workplace.json<{ counts: object }>(['check', at(name), '--ignore-extra']);
    expect([checked.exit, checked.counts]).toMatchObject([0, { unchanged: FILES, extra: 0 }]);
    expect(await treeSize()).toBe(before + FILES);
    const upgraded = await workplace.json<{ items: object[] }>(['receipt', 'upgrade', at(name)]);
    expect([upgraded.exit, upgraded.items.length]).toEqual([0, FILES]);
  });
});
