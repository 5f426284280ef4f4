import { LedgerError } from '../../text/ledger-error.ts';
import { hash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DataPaths } from '../../operations/ports.ts';
import { parseTrust, type Trust } from '../../protocol/trust.ts';

/** The version of the folder's layout that this program reads and writes. */
export const DATA_VERSION = 1;

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
    chain: chainDir ?? join(dir, 'chain'),
    keys,
    logKey: join(keys, 'log.key'),
    chainKey: join(keys, 'chain.key'),
  };
}

export function hasLedger(paths: DataPaths): boolean {
  return existsSync(paths.version) || existsSync(paths.journal);
}

/** Whether the ledger was made with a local chain of its own. */
export function hasLocalChain(paths: DataPaths): boolean {
  return existsSync(join(paths.chain, 'chain.json'));
}

/** Refuses a folder that holds no ledger, or one of another layout than this program's. */
export function requireLedger(paths: DataPaths): void {
  const version = readVersion(paths);
  if (version !== DATA_VERSION) throw versionUnknown(paths, version, DATA_VERSION);
}

/** The version that the folder says to have. */
export function readVersion(paths: DataPaths): number {
  let text: string;
  try {
    text = readFileSync(paths.version, 'utf8').trim();
  } catch (cause) {
    if (!hasLedger(paths))
      throw new LedgerError('ledger-missing', { detail: `there is no ledger in ${paths.dir}`, cause });
    const reason = `${paths.version} cannot be read; the ledger is there: put the file back, one line with the number`;
    throw new LedgerError('ledger-version', { detail: `${reason}, ${DATA_VERSION} for this program`, cause });
  }
  if (!/^(?:0|[1-9][0-9]{0,8})$/.test(text)) throw versionUnknown(paths, text.slice(0, 20), DATA_VERSION);
  return Number(text);
}

export function versionUnknown(paths: DataPaths, found: number | string, known: number): LedgerError {
  const next =
    typeof found !== 'number'
      ? ''
      : found > known
        ? '; a newer program made it: use that one'
        : '; there is no way from it to this one';
  const text = JSON.stringify(String(found));
  return new LedgerError('ledger-version', {
    detail: `${paths.version} says ${text}, this program knows version ${known}${next}`,
  });
}

/**
 * The identity that was pinned when the ledger was made. Nothing else in the folder holds all of
 * it, so its digest lies beside it.
 */
export function readIdentity(paths: DataPaths): Trust {
  if (existsSync(paths.keyChange)) {
    const next = 'start the service, or run the command again, and it is completed';
    throw new LedgerError('key-change-unfinished', { detail: `a change of keys was interrupted: ${next}` });
  }
  try {
    const bytes = readFileSync(paths.trust);
    const seal = sealPath(paths);
    // ledgers that were made before there was one have none
    if (existsSync(seal) && readFileSync(seal, 'utf8') !== sealOf(bytes)) {
      throw new Error(`it does not have the SHA-256 that ${seal} states; one of the two was changed`);
    }
    return parseTrust(bytes);
  } catch (cause) {
    const reason = cause instanceof Error ? `: ${cause.message}` : '';
    const message = `the ledger's identity ${paths.trust} cannot be read${reason}`;
    throw new LedgerError('identity-unreadable', { detail: message, cause });
  }
}

export function writeIdentity(paths: DataPaths, text: string): void {
  writeFileSync(paths.trust, text, { flag: 'wx', flush: true });
  sealIdentity(paths);
}

/** Writes the digest of the identity that is there. */
export function sealIdentity(paths: DataPaths): void {
  writeFileSync(sealPath(paths), sealOf(readFileSync(paths.trust)), { flag: 'wx', flush: true });
}

export function sealPath({ trust }: DataPaths): string {
  return `${trust}.sha256`;
}

/** As `sha256sum` writes it. */
export function sealOf(bytes: Uint8Array): string {
  return `${hash('sha256', bytes)}  trust.json\n`;
}
