import { LedgerError } from '../../text/ledger-error.ts';
import { type Service } from '../../client/http.ts';
import { fetchTrust } from '../../client/service.ts';
import { ProtocolError } from '../../protocol/encoding/errors.ts';
import { MAX_TRUST_BYTES, parseTrust, type Trust, trustJson } from '../../protocol/trust.ts';
import { fileFailure } from '../../adapters/files/file-errors.ts';
import { type PathBytes, pathText } from '../../adapters/files/path-bytes.ts';
import { readBounded } from '../../adapters/files/read-bounded.ts';
import { parseErrorText } from '../../text/error-text.ts';
import { serviceFailure } from '../shell/service-failure.ts';
import { writeWholeFile } from '../../adapters/files/whole-file.ts';

/** Trust files that a command cannot do without. */

export async function requireTrustFile(path: PathBytes): Promise<Trust> {
  const bytes = await readBounded(path, MAX_TRUST_BYTES);
  return parsed(bytes, pathText(path).text);
}

/** What the service offers, and its text as it came. */
export async function requireOffered(service: Service): Promise<{ readonly text: string; readonly value: Trust }> {
  let text: string;
  try {
    text = await fetchTrust(service);
  } catch (error) {
    throw serviceFailure(error);
  }
  return { text, value: parsed(text, `${service.url}/trust.json`) };
}

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

function parsed(source: Uint8Array | string, file: string): Trust {
  try {
    return parseTrust(source);
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    throw new LedgerError('trust-file-unreadable', { file, reason: parseErrorText(error) });
  }
}
