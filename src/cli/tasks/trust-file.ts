import { fileFailure } from '../../adapters/files/file-errors.ts';
import { type PathBytes, pathText } from '../../adapters/files/path-bytes.ts';
import { readBoundedFile } from '../../adapters/files/read-bounded.ts';
import { writeWholeFile } from '../../adapters/files/whole-file.ts';
import type { Service } from '../../client/http.ts';
import { fetchTrust } from '../../client/service.ts';
import { ProtocolError } from '../../protocol/encoding/errors.ts';
import { MAX_TRUST_BYTES, parseTrust, trustJson } from '../../protocol/trust-file.ts';
import type { Trust } from '../../protocol/trust.ts';
import { LedgerError } from '../../text/ledger-error.ts';
import { parseErrorText } from '../../text/error-text.ts';

/** Reads the trust file of `--trust` for a verdict. Throws where the path cannot be read. */
export async function readNamedTrust(path: PathBytes): Promise<Trust | 'unreadable'> {
  try {
    return parseTrust(await readBoundedFile(path, MAX_TRUST_BYTES));
  } catch (error) {
    if (error instanceof ProtocolError) return 'unreadable';
    throw error;
  }
}

/**
 * Reads a trust file that a command cannot do without. Throws `trust-file-unreadable` where it is
 * none.
 */
export async function requireTrustFile(path: PathBytes): Promise<Trust> {
  try {
    return parseTrust(await readBoundedFile(path, MAX_TRUST_BYTES));
  } catch (error) {
    throw trustUnreadable(pathText(path).text, error);
  }
}

/**
 * What the service offers, and its text as it came. Throws as `requireTrustFile` and `fetchTrust`
 * do.
 */
export async function requireOffered(service: Service): Promise<{ readonly text: string; readonly value: Trust }> {
  const text = await fetchTrust(service);
  try {
    return { text, value: parseTrust(text) };
  } catch (error) {
    throw trustUnreadable(`${service.url}/trust.json`, error);
  }
}

/** Replaces a trust file; durable when it returns. Throws `file-unwritable`. */
export async function writeTrustFile(path: PathBytes, trust: Trust): Promise<void> {
  await writeTrustText(path, `${JSON.stringify(trustJson(trust), null, 2)}\n`);
}

export async function writeTrustText(path: PathBytes, text: string): Promise<void> {
  try {
    await writeWholeFile(path, text);
  } catch (error) {
    throw fileFailure('file-unwritable', path, error);
  }
}

function trustUnreadable(file: string, error: unknown): unknown {
  if (!(error instanceof ProtocolError)) return error;
  return new LedgerError('trust-file-unreadable', { file, reason: parseErrorText(error), cause: error });
}
