import { LedgerError } from '../text/ledger-error.ts';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Transaction } from 'ethers';
import { ContentStore } from '../adapters/embedded-store/contents/content-store.ts';
import { type DataPaths, requireLedger, hasLocalChain, readIdentity } from '../adapters/data-folder/data-folder.ts';
import { readSecretFile, writeSecretFile } from '../adapters/files/secret-file.ts';
import { decodeBody } from '../adapters/embedded-store/journal/body.ts';
import { copyJournal } from '../adapters/embedded-store/repair/copy.ts';
import type { Payload } from '../adapters/embedded-store/journal/payload.ts';
import { copyJournal as copyChainJournal } from '../adapters/local-chain/journal.ts';
import { journalPath, settingsPath } from '../adapters/local-chain/settings.ts';
import { syncFolder } from '../adapters/files/sync-folder.ts';
import { encodeCall } from '../protocol/chain/abi.ts';
import type { Trust } from '../protocol/trust.ts';
import { type BackupFile, type BackupManifest, CHAIN_JOURNAL, MANIFEST, manifestText } from './backup-manifest.ts';
import { stagingPath, removeStale, publishStaged } from '../adapters/files/staging.ts';
import { copyContents } from './copy-contents.ts';

export interface BackupOptions {
  readonly paths: DataPaths;
  readonly destination: string;
  /** Log key, chain key, and the phrase of the local chain. */
  readonly withKeys: boolean;
  readonly onContent?: (done: number, total: number) => void;
}

/**
 * Copies a ledger that may be running. Nothing is locked or written in it: the journal is only
 * appended to, so every beginning of it that ends with a whole frame is a ledger; contents do not
 * change. The order makes the parts fit:
 *
 *     journal    first: it fixes the size of the copy
 *     contents   those of its records; each was durable before its record, so each is there
 *     chain      last, and only up to the first anchor that the copied journal does not know: so the chain holds what the journal relies on,
 *                and nothing beyond it
 *     manifest   names all of it; then the folder takes its name
 *
 * Stopped at any point there is no backup, and running it again begins anew.
 */
export async function backUp({ paths, destination, withKeys, onContent }: BackupOptions): Promise<BackupManifest> {
  requireLedger(paths);
  if (existsSync(destination)) throw new LedgerError('backup-exists', { detail: `${destination} exists already` });
  await mkdir(dirname(destination), { recursive: true });
  removeStale(destination, 'partial');
  const staging = stagingPath(destination, 'partial');
  await mkdir(staging, { mode: 0o700 });
  try {
    const manifest = await copyLedger(paths, staging, withKeys, onContent);
    await writeFile(join(staging, MANIFEST), manifestText(manifest), { flag: 'wx', mode: 0o600, flush: true });
    await publishStaged(staging, destination);
    return manifest;
  } catch (error) {
    await rm(staging, { recursive: true, force: true });
    throw error;
  }
}

async function copyLedger(
  paths: DataPaths,
  staging: string,
  withKeys: boolean,
  onContent: BackupOptions['onContent'],
): Promise<BackupManifest> {
  const identity = readIdentity(paths);
  const files: BackupFile[] = [await copySmall(paths.trust, staging, 'trust.json')];
  if (existsSync(paths.rotations)) files.push(await copySmall(paths.rotations, staging, 'rotations.json'));

  const contents = new Set<string>();
  const anchors = new Set<string>();
  await mkdir(join(staging, 'journal'), { mode: 0o700 });
  const { head, segments } = await copyJournal(paths.dir, join(staging, 'journal'), (payload) =>
    note(payload, contents, anchors),
  );
  for (const { name, lengthBytes: size, sha256 } of segments) files.push({ path: `journal/${name}`, size, sha256 });

  await copyContents(new ContentStore(paths.contents), join(staging, 'contents'), contents, onContent);

  if (hasLocalChain(paths)) {
    await mkdir(join(staging, 'chain'), { mode: 0o700 });
    const to = join(staging, CHAIN_JOURNAL);
    await copyChainJournal(journalPath(paths.chain), to, isAnchorBeyond(identity, anchors));
    await syncFolder(join(staging, 'chain'));
    files.push(digestOf(CHAIN_JOURNAL, await readFile(to)));
  }
  if (withKeys) files.push(...(await copyKeys(paths, staging)));

  return {
    createdAt: new Date().toISOString(),
    origin: identity.log.origin,
    size: head.size,
    root: head.root,
    note: head.note,
    contents: contents.size,
    files,
  };
}

function note(payload: Payload, contents: Set<string>, anchors: Set<string>): void {
  if (payload.kind === 'anchor') anchors.add(payload.job.rawTransaction);
  if (payload.kind !== 'commit') return;
  for (const { body } of payload.items) {
    const { content } = decodeBody(body);
    if (content !== undefined) contents.add(content);
  }
}

/** Whether a transaction anchors a checkpoint that the copied journal has not anchored yet. */
function isAnchorBeyond({ chain }: Trust, known: ReadonlySet<string>): (raw: string) => boolean {
  const selector = encodeCall('anchor(bytes32,uint64,uint64,bytes32,bytes32[])');
  return (raw) => {
    if (known.has(raw)) return false;
    const { to, data } = Transaction.from(raw);
    return to?.toLowerCase() === chain.contract && data.startsWith(selector);
  };
}

async function copyKeys(paths: DataPaths, staging: string): Promise<BackupFile[]> {
  const sources: (readonly [name: string, source: string])[] = [
    ['log.key', paths.logKey],
    ['chain.key', paths.chainKey],
  ];
  if (hasLocalChain(paths)) sources.push(['chain.json', settingsPath(paths.chain)]);
  await mkdir(join(staging, 'keys'), { mode: 0o700 });
  return sources.map(([name, source]) => {
    const secret = `${readSecretFile(source)}\n`;
    writeSecretFile(join(staging, 'keys', name), secret);
    return digestOf(`keys/${name}`, Buffer.from(secret));
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
