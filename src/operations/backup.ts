import { createHash } from 'node:crypto';
import { existsSync, realpathSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, sep } from 'node:path';
import { LedgerError } from '../text/ledger-error.ts';
import { type BackupFile, type BackupManifest, CHAIN_JOURNAL, MANIFEST, manifestText } from './backup-manifest.ts';
import { copyAccess } from './copy-access.ts';
import { copyContents } from './copy-contents.ts';
import type { LedgerFolder, LedgerParts } from './ports.ts';

export interface BackupOptions {
  readonly folder: LedgerFolder;
  readonly destination: string;
  /**
   * An earlier backup of this ledger, whose unchanged files are shared; undefined: all are copied.
   */
  readonly earlier?: string | undefined;
  /** Log key, chain key, and the phrase of the local chain. */
  readonly withKeys: boolean;
  /** Gets the size of the log that is copied, before its contents are; may refuse by throwing. */
  readonly acceptSize?: ((size: bigint) => void) | undefined;
  readonly onContent?: ((done: number, total: number) => void) | undefined;
}

export interface Backup {
  readonly manifest: BackupManifest;
  /** Files that are shared with the earlier backup. */
  readonly sharedFiles: number;
}

/**
 * Copies a ledger that may be running. Nothing is locked or written in it: the journal is only
 * appended to, so every beginning of it that ends with a whole frame is a ledger; contents do not
 * change. The order makes the parts fit:
 *
 *     journal    first: it fixes the size of the copy
 *     access     after it: the streams are as far as the records of the copy state, or further
 *     contents   those of its records; each was durable before its record, so each is there
 *     chain      last, and only up to the first anchor that the copied journal does not know: so the
 *                chain holds what the journal relies on, and nothing beyond it
 *     manifest   names all of it; then the folder takes its name
 *
 * Interrupted at any point there is no backup, and running it again starts over. A file that is
 * shared with an earlier backup (a hard link) is a whole file of each: either can be deleted.
 */
export async function backUp(options: BackupOptions, parts: LedgerParts): Promise<Backup> {
  const { folder, destination } = options;
  folder.requireLedger();
  requireOutside(destination, folder.paths.dir);
  if (existsSync(destination)) throw new LedgerError('backup-exists', { dir: destination });
  parts.staging.create(dirname(destination));
  parts.staging.removeStale(destination, 'partial');
  const staging = parts.staging.pathFor(destination, 'partial');
  await mkdir(staging, { mode: 0o700 });
  try {
    const backup = await copyLedger(options, staging, parts);
    const manifest = manifestText(backup.manifest);
    await writeFile(join(staging, MANIFEST), manifest, { flag: 'wx', mode: 0o600, flush: true });
    await parts.staging.publish(staging, destination);
    return backup;
  } catch (error) {
    await rm(staging, { recursive: true, force: true });
    throw error;
  }
}

async function copyLedger(
  { folder, earlier, withKeys, acceptSize, onContent }: BackupOptions,
  staging: string,
  parts: LedgerParts,
): Promise<Backup> {
  const { paths } = folder;
  const identity = folder.readIdentity();
  const files: BackupFile[] = [await copySmall(paths.trust, staging, 'trust.json')];
  if (existsSync(paths.rotations)) files.push(await copySmall(paths.rotations, staging, 'rotations.json'));

  await mkdir(join(staging, 'journal'), { mode: 0o700 });
  const earlierJournal = earlier === undefined ? undefined : join(earlier, 'journal');
  const copy = await parts.engineIn(paths.dir).copyTo(join(staging, 'journal'), earlierJournal);
  acceptSize?.(copy.head.size);
  for (const { name, lengthBytes: size, sha256 } of copy.files) files.push({ path: `journal/${name}`, size, sha256 });

  files.push(...(await copyAccess(parts.accessIn(paths.access), join(staging, 'access'), parts.staging)));

  const contents = parts.contentsIn(paths.contents);
  const sharedContents = await copyContents(contents, parts.contentsIn, join(staging, 'contents'), copy.contents, {
    onContent,
    earlier: earlier === undefined ? undefined : parts.contentsIn(join(earlier, 'contents')),
  });

  if (folder.hasLocalChain()) {
    await mkdir(join(staging, 'chain'), { mode: 0o700 });
    const to = join(staging, CHAIN_JOURNAL);
    const from = parts.localChain.journalPath(paths.chain);
    await parts.localChain.copyJournal(from, to, identity.chain.contract, copy.anchors);
    await parts.staging.sync(join(staging, 'chain'));
    files.push(digestOf(CHAIN_JOURNAL, await readFile(to)));
  }
  if (withKeys) files.push(...(await copyKeys(folder, staging, parts)));

  const { head } = copy;
  const manifest = {
    createdAt: new Date().toISOString(),
    origin: identity.log.origin,
    size: head.size,
    root: head.root,
    note: head.note,
    contents: copy.contents.size,
    files,
  };
  return { manifest, sharedFiles: sharedContents + copy.files.filter(({ isLinked }) => isLinked).length };
}

/** A backup within the data folder would be lost with it. Fails with `backup-in-ledger`. */
export function requireOutside(destination: string, dataDir: string): void {
  const [path, ledger] = [realPath(destination), realPath(dataDir)];
  const from = relative(ledger, path);
  const isWithin = from !== '..' && !from.startsWith(`..${sep}`) && !isAbsolute(from);
  if (isWithin) throw new LedgerError('backup-in-ledger', { dir: destination, ledger: dataDir });
}

/** Without symbolic links, also of a path that does not exist yet. */
function realPath(path: string): string {
  if (existsSync(path) || dirname(path) === path) return realpathSync(path);
  return join(realPath(dirname(path)), basename(path));
}

async function copyKeys(
  folder: LedgerFolder,
  staging: string,
  { keys, localChain }: LedgerParts,
): Promise<BackupFile[]> {
  const { paths } = folder;
  const sources: (readonly [name: string, source: string])[] = [
    ['log.key', paths.logKey],
    ['chain.key', paths.chainKey],
  ];
  if (folder.hasLocalChain()) sources.push(['chain.json', localChain.settingsPath(paths.chain)]);
  await mkdir(join(staging, 'keys'), { mode: 0o700 });
  return sources.map(([name, source]) => {
    return digestOf(`keys/${name}`, keys.copySecret(source, join(staging, 'keys', name)));
  });
}

async function copySmall(source: string, staging: string, path: string): Promise<BackupFile> {
  const bytes = await readFile(source);
  await writeFile(join(staging, path), bytes, { flag: 'wx', mode: 0o600, flush: true });
  return digestOf(path, bytes);
}

function digestOf(path: string, bytes: Uint8Array): BackupFile {
  return { path, size: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
}
