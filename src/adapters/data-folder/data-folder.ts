import { errorText } from '../../text/error-text.ts';
import { LedgerError } from '../../text/ledger-error.ts';
import { bilingual, type Message } from '../../text/message.ts';
import { DATA_FOLDER } from '../../text/store.ts';
import { hash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DataPaths } from '../../operations/ports.ts';
import { parseTrust } from '../../protocol/trust-file.ts';
import type { Trust } from '../../protocol/trust.ts';
import { accessRefused } from '../files/folder-owner.ts';

/**
 * The version of the folder's layout that this program writes. 2 added the directory, frames of a
 * kind that earlier programs do not know, and the access log.
 */
export const DATA_VERSION = 2;
/** The earliest version that this program reads as it is; a start of the service upgrades it. */
const EARLIEST_VERSION = 1;

export function dataPaths(dir: string, chainDir?: string): DataPaths {
  const keys = join(dir, 'keys');
  return {
    dir,
    version: join(dir, 'version'),
    lock: join(dir, 'lock'),
    journal: join(dir, 'journal'),
    trust: join(dir, 'trust.json'),
    rotations: join(dir, 'rotations.json'),
    keyChange: join(dir, 'key-change'),
    externalCheckPolicy: join(dir, 'outside-head-required.json'),
    ballast: join(dir, 'ballast'),
    contents: join(dir, 'contents'),
    access: join(dir, 'access'),
    chain: chainDir ?? join(dir, 'chain'),
    keys,
    logKey: join(keys, 'log.key'),
    chainKey: join(keys, 'chain.key'),
  };
}

export function hasLedger(paths: DataPaths): boolean {
  return existsSync(paths.version) || existsSync(paths.journal);
}

/** Whether the ledger was created with a local chain. */
export function hasLocalChain(paths: DataPaths): boolean {
  return existsSync(join(paths.chain, 'chain.json'));
}

/**
 * Fails with `ledger-missing` or `ledger-version` where the folder holds no ledger, or one of
 * another layout than this program's.
 */
export function requireLedger(paths: DataPaths): void {
  const version = readVersion(paths);
  if (version < EARLIEST_VERSION || version > DATA_VERSION) throw versionUnknown(paths, version, DATA_VERSION);
}

/** The version that the folder states. Fails with `ledger-missing` or `ledger-version`. */
export function readVersion(paths: DataPaths): number {
  let text: string;
  try {
    text = readFileSync(paths.version, 'utf8').trim();
  } catch (cause) {
    const refused = accessRefused(paths.dir, cause);
    if (refused !== undefined) throw refused;
    if (!hasLedger(paths)) throw new LedgerError('ledger-missing', { folder: paths.dir, cause });
    const reason = bilingual(DATA_FOLDER.versionUnreadable, { reason: errorText(cause), known: DATA_VERSION });
    throw new LedgerError('ledger-version', { file: paths.version, reason, cause });
  }
  if (!/^(?:0|[1-9][0-9]{0,8})$/.test(text)) throw versionUnknown(paths, text.slice(0, 20), DATA_VERSION);
  return Number(text);
}

/** `ledger-version`, stating what the folder has and what this program reads. */
export function versionUnknown(paths: DataPaths, found: number | string, known: number): LedgerError {
  const message =
    typeof found !== 'number'
      ? DATA_FOLDER.versionMalformed
      : found > known
        ? DATA_FOLDER.versionNewer
        : DATA_FOLDER.versionOlder;
  const reason = bilingual(message, { found, known });
  return new LedgerError('ledger-version', { file: paths.version, reason });
}

/**
 * The identity that was pinned when the ledger was created. Nothing else in the folder holds all of
 * it, so its digest is stored next to it. Fails with `identity-unreadable` or
 * `key-change-unfinished`.
 */
export function readIdentity(paths: DataPaths): Trust {
  if (existsSync(paths.keyChange)) throw new LedgerError('key-change-unfinished');
  const unreadable = (reason: Message, cause?: unknown) =>
    new LedgerError('identity-unreadable', { file: paths.trust, reason, cause });
  let bytes: Buffer;
  let seal: string | undefined;
  try {
    bytes = readFileSync(paths.trust);
    // ledgers that were created before there was a seal have none
    seal = existsSync(sealPath(paths)) ? readFileSync(sealPath(paths), 'utf8') : undefined;
  } catch (cause) {
    throw unreadable(errorText(cause), cause);
  }
  if (seal !== undefined && seal !== sealOf(bytes)) {
    throw unreadable(bilingual(DATA_FOLDER.sealDiffers, { file: sealPath(paths) }));
  }
  try {
    return parseTrust(bytes);
  } catch (cause) {
    throw unreadable(errorText(cause), cause);
  }
}

export function writeIdentity(paths: DataPaths, text: string): void {
  writeFileSync(paths.trust, text, { flag: 'wx', flush: true });
  sealIdentity(paths);
}

/** Writes the digest of the existing identity. */
export function sealIdentity(paths: DataPaths): void {
  writeFileSync(sealPath(paths), sealOf(readFileSync(paths.trust)), { flag: 'wx', flush: true });
}

export function sealPath({ trust }: DataPaths): string {
  return `${trust}.sha256`;
}

/** The digest in the format of `sha256sum`. */
export function sealOf(bytes: Uint8Array): string {
  return `${hash('sha256', bytes)}  trust.json\n`;
}
