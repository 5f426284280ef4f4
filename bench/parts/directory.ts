import { MemoryStore } from '../../src/adapters/memory-store/memory-store.ts';
import { nodeSha256 } from '../../src/adapters/node-crypto/node-hashes.ts';
import { uuidV7 } from '../../src/kinds/record-id.ts';
import { DirectoryLog, type NewEvent } from '../../src/people/directory-log.ts';
import { formatEntry } from '../../src/people/entry.ts';
import type { DirectoryEntry } from '../../src/people/model.ts';
import { EMPTY_HEAD } from '../../test/log/memory-log.ts';
import { type Bench, median, type Row } from '../bench.ts';

const ROUNDS = 5;
const random = (length: number) => crypto.getRandomValues(new Uint8Array(length));

/** What a start takes to know every person, case and grant: all events of a large directory. */
export async function directory({ isQuick, report }: Bench): Promise<Row[]> {
  const count = isQuick ? 20_000 : 100_000;
  const store = new MemoryStore(EMPTY_HEAD);
  await store.appendToDirectory(entriesOf(count), store.directoryHead());
  const seconds: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const began = performance.now();
    const opened = await DirectoryLog.open(store, { hash: nodeSha256, random, clock: Date.now });
    seconds.push((performance.now() - began) / 1000);
    report(`${opened.head().count} events in ${seconds.at(-1)!.toFixed(2)} s`);
  }
  const what = `a directory of ${count.toLocaleString('en')} events is read, compared with its hash and folded`;
  return [{ what, value: median(seconds), unit: 's', target: { atMost: 2 } }];
}

/** One office with 2,000 persons; every other event opens a case, or assigns somebody to it. */
function entriesOf(count: number): DirectoryEntry[] {
  const entries: DirectoryEntry[] = [];
  const at = new Date().toISOString();
  const newId = () => uuidV7(Date.now(), random(10));
  const add = (event: NewEvent) => entries.push(formatEntry(nodeSha256, { ...event, at }, random(16)));
  const organisation = newId();
  add({ event: 'organisation-added', by: 'host', organisation, kind: 'procuratorate', personal: { name: 'office' } });
  const handlers: string[] = [];
  for (let i = 0; i < 2000; i++) {
    const [person, name] = [newId(), `person ${i}`];
    if (i > 0) handlers.push(person);
    const roles = i === 0 ? (['admin'] as const) : (['handler'] as const);
    add({ event: 'person-added', by: 'host', person, organisation, roles, personal: { signInName: name, name } });
  }
  for (let i = 0; entries.length + 2 <= count; i++) {
    const file = newId();
    add({ event: 'case-opened', by: 'host', case: file, organisation, personal: { number: `case ${i}` } });
    add({ event: 'case-assigned', by: 'host', case: file, person: handlers[i % handlers.length]! });
  }
  return entries;
}
