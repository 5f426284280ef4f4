import { LedgerError } from '../text/ledger-error.ts';
import { createHash } from 'node:crypto';
import { dirname, join } from 'node:path';
import { type Service, ServiceProblem, ServiceUnreachable } from '../client/http.ts';
import { fetchTrust } from '../client/service.ts';
import { ProtocolError } from '../protocol/encoding/errors.ts';
import { MAX_TRUST_BYTES, parseTrust, type Trust, trustFingerprint } from '../protocol/trust.ts';
import type { TrustSource } from '../protocol/verify/report.ts';
import { makeFolder } from '../cli/settings/home.ts';
import { knownOrigin, knownServicePath, rememberOrigin } from './known-service.ts';
import { isAbsent } from '../adapters/files/file-errors.ts';
import type { PathBytes } from '../adapters/files/path-bytes.ts';
import { readBounded } from '../adapters/files/read-bounded.ts';
import { writeWholeFile } from '../adapters/files/whole-file.ts';

/** What a receipt is to be judged by, or the code of why there is nothing to judge by. */
export type TrustChoice =
  | { readonly trust: { readonly source: TrustSource; readonly value: Trust }; readonly isForgotten?: true }
  | { readonly problem: TrustProblem; readonly remembered?: string };

export type TrustProblem = 'trust-changed' | 'trust-required' | 'trust-unavailable' | 'trust-unreadable';

export interface TrustSettings {
  /** `--trust`. */
  readonly file: PathBytes | undefined;
  /** Folder of remembered trust. */
  readonly home: string;
  /** Undefined: nobody may be asked. */
  readonly service: Service | undefined;
  /** Nothing that the operator's service says of itself is taken. */
  readonly isOwnRequired: boolean;
}

const SERVER_TIMEOUT_MS = 5000;

interface OfferedTrust {
  readonly text: string;
  readonly value: Trust;
}

/**
 * The given file, else what is remembered for this origin, else what the operator's service offers,
 * which is then remembered. Where the service now offers something else than what is remembered, or
 * has become the service of another log, nothing is taken: somebody must find out why.
 */
export async function chooseTrust(settings: TrustSettings, origin: string | undefined): Promise<TrustChoice> {
  if (settings.file !== undefined) {
    const value = await readTrustFile(settings.file);
    return value === undefined ? { problem: 'trust-unreadable' } : { trust: { source: 'file', value } };
  }
  const path = origin === undefined ? undefined : rememberedPath(settings.home, origin);
  const remembered = path === undefined ? undefined : await readRemembered(path);
  if (remembered === 'unreadable') return { problem: 'trust-unreadable', remembered: path! };
  const offered = await offeredTrust(settings);
  if (remembered !== undefined) {
    const isSameLog = offered !== undefined && offered.value.log.origin === origin;
    if (isSameLog && trustFingerprint(offered.value) !== trustFingerprint(remembered)) {
      return { problem: 'trust-changed', remembered: path! };
    }
    return { trust: { source: 'remembered', value: remembered } };
  }
  if (settings.isOwnRequired) return { problem: 'trust-required' };
  if (offered === undefined) return { problem: 'trust-unavailable' };
  const place = knownServicePath(settings.home, settings.service!.url);
  const known = await knownOrigin(place);
  if (known === 'unreadable') return { problem: 'trust-unreadable', remembered: place };
  if (known !== undefined && known.origin !== offered.value.log.origin) {
    return { problem: 'trust-changed', remembered: place };
  }
  const isForgotten =
    path !== undefined && offered.value.log.origin === origin && !(await remember(path, place, offered));
  return { trust: { source: 'server', value: offered.value }, ...(isForgotten && { isForgotten }) };
}

/** `<home>/trust/<readable part of the origin>-<hash of it>.json`. */
export function rememberedPath(home: string, origin: string): string {
  const readable = origin.replaceAll(/[^a-zA-Z0-9.-]+/g, '_').slice(0, 60);
  const hash = createHash('sha256').update(origin).digest('hex').slice(0, 16);
  return join(home, 'trust', `${readable}-${hash}.json`);
}

async function readTrustFile(path: PathBytes): Promise<Trust | undefined> {
  try {
    return parseTrust(await readBounded(path, MAX_TRUST_BYTES));
  } catch (error) {
    if (error instanceof ProtocolError) return undefined;
    throw error;
  }
}

async function readRemembered(path: string): Promise<Trust | 'unreadable' | undefined> {
  try {
    return (await readTrustFile(Buffer.from(path))) ?? 'unreadable';
  } catch (error) {
    if (!(error instanceof LedgerError)) throw error;
    return isAbsent(error) ? undefined : 'unreadable';
  }
}

/** Undefined where the service cannot be asked or offers nothing that can be read. */
async function offeredTrust(settings: TrustSettings): Promise<OfferedTrust | undefined> {
  if (settings.service === undefined) return undefined;
  try {
    const text = await fetchTrust(settings.service, SERVER_TIMEOUT_MS);
    return { text, value: parseTrust(text) };
  } catch (error) {
    const isTheirs =
      error instanceof ServiceProblem || error instanceof ServiceUnreachable || error instanceof ProtocolError;
    if (!isTheirs) throw error;
    return undefined;
  }
}

/**
 * Whether it is remembered now. A home that cannot be written to does not keep anybody from
 * verifying: next time the server's is taken, and named as such, again.
 */
async function remember(path: string, place: string, { text, value }: OfferedTrust): Promise<boolean> {
  try {
    await rememberOrigin(place, value.log.origin);
    makeFolder(dirname(path));
    await writeWholeFile(Buffer.from(path), text);
    return true;
  } catch {
    return false;
  }
}
