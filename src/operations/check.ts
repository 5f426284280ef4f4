import { join } from 'node:path';
import type { AccessCheck } from '../people/access/check-streams.ts';
import { keysForSize } from '../protocol/trust.ts';
import type { StoreProblem } from '../log/model.ts';
import { auditAccess } from './audit-access.ts';
import { keyFaults } from './key-faults.ts';
import type { LedgerFolder, LedgerParts, StoreCheck } from './ports.ts';

export interface LedgerCheck extends StoreCheck {
  /** Contents that records own. */
  readonly contentCount: number;
  /** Streams and records of the access log; undefined where the store is not whole. */
  readonly access: Pick<AccessCheck, 'streams' | 'records'> | undefined;
}

export interface CheckProgress {
  readonly onProgress: (records: bigint) => void;
  readonly onContent: (done: number, total: number) => void;
}

/**
 * Reads all that is stored and compares it: journal and index, the contents that records own, and
 * the keys. Writes nothing to them. The caller holds the lock.
 */
export async function checkLedger(
  folder: LedgerFolder,
  {
    engineIn,
    contentsIn,
    keys,
    accessIn,
    hash,
  }: Pick<LedgerParts, 'engineIn' | 'contentsIn' | 'keys' | 'accessIn' | 'hash'>,
  { onProgress, onContent }: CheckProgress,
): Promise<LedgerCheck> {
  const { paths } = folder;
  const identity = folder.readIdentity();
  /** The first record of each content. */
  const owners = new Map<string, bigint>();
  const store = await engineIn(paths.dir).check({
    vkeys: (size) => keysForSize(identity, size),
    onProgress,
    onContent: (record, sha256) => owners.set(sha256, owners.get(sha256) ?? record),
  });
  const problems: StoreProblem[] = [...store.problems];
  const contents = contentsIn(paths.contents);
  let done = 0;
  for (const [sha256, record] of owners) {
    onContent(++done, owners.size);
    const problem = await contents.check(sha256);
    if (problem === undefined) continue;
    const { code, file, message } = problem;
    problems.push({ code, where: { file, record }, message, repair: 'put-back' });
  }
  // what the journal lacks is reported already
  const access = store.ok ? await auditAccess(paths, { engineIn, accessIn, hash }) : undefined;
  for (const { code, stream, message } of access?.problems ?? []) {
    problems.push({ code, where: { file: join(paths.access, `${stream}.log`) }, message, repair: 'restore-access' });
  }
  for (const { code, file, text } of keyFaults(folder, identity, keys)) {
    problems.push({
      code,
      where: { file },
      message: text,
      repair: code === 'key-file-open' ? 'close-key' : 'restore-key',
    });
  }
  return { ...store, ok: problems.length === 0, problems, contentCount: owners.size, access };
}
