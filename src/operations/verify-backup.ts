import { statSync } from 'node:fs';
import { join } from 'node:path';
import { equalBytes, toBase64 } from '../protocol/encoding/bytes.ts';
import { BACKUP_FAULTS } from '../text/backup.ts';
import { LedgerError } from '../text/ledger-error.ts';
import { bilingual, type Message } from '../text/message.ts';
import { osErrorText } from '../text/os-errors.ts';
import { type BackupManifest, readManifest } from './backup-manifest.ts';
import { copyCompared } from './compared-copy.ts';
import type { ContentStore, LedgerParts } from './ports.ts';

export interface VerifiedBackup {
  readonly path: string;
  /** Undefined where it cannot be read, which is the one problem. */
  readonly manifest: BackupManifest | undefined;
  readonly problems: readonly BackupProblem[];
}

export interface BackupProblem {
  readonly code: string;
  readonly message: Message;
}

export interface VerifyOptions {
  /** What is wrong with files that were read already; several backups share them. */
  readonly read: Map<string, BackupProblem | undefined>;
  readonly onFile?: ((done: number, total: number) => void) | undefined;
}

/**
 * Reads every byte of a backup, changes nothing, and lists all that is wrong: files that differ
 * from the manifest, a journal that is not whole or has another head, contents that are missing or
 * are not what their names state. What only external memory knows, a restore compares.
 */
export async function verifyBackup(
  path: string,
  { read, onFile }: VerifyOptions,
  { engineIn, contentsIn }: LedgerParts,
): Promise<VerifiedBackup> {
  const problems: BackupProblem[] = [];
  const note = (problem: BackupProblem | undefined) => problem !== undefined && problems.push(problem);
  let manifest: BackupManifest;
  try {
    manifest = await readManifest(path);
  } catch (error) {
    return { path, manifest: undefined, problems: [asProblem(error, path)] };
  }
  const { files } = manifest;
  for (const file of files) {
    const from = join(path, file.path);
    try {
      const fault = await copyCompared(from, undefined, file);
      note(fault && { code: 'backup-damaged', message: fault });
    } catch (error) {
      note(asProblem(error, from));
    }
  }
  try {
    const { head, contents } = await engineIn(path).readCopy();
    note(otherHead(head, manifest));
    const store = contentsIn(join(path, 'contents'));
    let done = 0;
    for (const sha256 of contents) {
      note(await checkOnce(store, sha256, read));
      onFile?.(++done, contents.size);
    }
  } catch (error) {
    note(asProblem(error, path));
  }
  return { path, manifest, problems };
}

function otherHead(head: Pick<BackupManifest, 'size' | 'root'>, manifest: BackupManifest): BackupProblem | undefined {
  if (head.size === manifest.size && equalBytes(head.root, manifest.root)) return undefined;
  const expected = { expectedSize: manifest.size, expectedRoot: toBase64(manifest.root) };
  const values = { size: head.size, root: toBase64(head.root), ...expected };
  return { code: 'backup-damaged', message: bilingual(BACKUP_FAULTS.otherJournal, values) };
}

/** A file that several backups share is read once. */
async function checkOnce(
  store: ContentStore,
  sha256: string,
  read: Map<string, BackupProblem | undefined>,
): Promise<BackupProblem | undefined> {
  const stats = statSync(store.pathOf(sha256), { throwIfNoEntry: false, bigint: true });
  if (stats === undefined || stats.nlink < 2n) return store.check(sha256);
  const file = `${stats.dev}:${stats.ino}:${sha256}`;
  if (!read.has(file)) read.set(file, await store.check(sha256));
  return read.get(file);
}

/** What the system cannot read is damage as well: a disk that fails answers so. */
function asProblem(error: unknown, file: string): BackupProblem {
  if (error instanceof LedgerError) return { code: error.code, message: error.text };
  const reason = osErrorText(error);
  if (reason === undefined) throw error;
  return { code: 'backup-damaged', message: bilingual(BACKUP_FAULTS.unreadable, { file, reason }) };
}
