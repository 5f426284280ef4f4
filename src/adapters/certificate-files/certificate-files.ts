import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import { errorText } from '../../text/error-text.ts';
import { LedgerError } from '../../text/ledger-error.ts';
import { PeopleError } from '../../text/people-error.ts';
import type { Message } from '../../text/message.ts';
import { SERVING_FAULTS } from '../../text/serving.ts';
import { readBoundedFile } from '../files/read-bounded.ts';

/** A certificate with its key, both PEM, as a TLS server takes them. */

/** Certificates of a long chain have some kilobytes each. */
const MAX_FILE_BYTES = 256 * 1024;

export interface CertificateFiles {
  readonly cert: string;
  readonly key: string;
}

export interface ServedCertificate {
  readonly cert: Buffer;
  readonly key: Buffer;
  /** Unix milliseconds. */
  readonly notAfterMs: number;
}

/** Reads both files; throws `certificate-wrong` where they are no pair that TLS can use. */
export async function readCertificate({ cert, key }: CertificateFiles): Promise<ServedCertificate> {
  const [certBytes, keyBytes] = [await read(cert, key, cert), await read(cert, key, key)];
  const fault = (reason: Message, cause?: unknown) =>
    new PeopleError('certificate-wrong', { cert, key, reason, cause });
  let leaf: X509Certificate;
  let secret: KeyObject;
  try {
    leaf = new X509Certificate(certBytes);
  } catch (cause) {
    throw fault(SERVING_FAULTS.notCertificate, cause);
  }
  try {
    secret = createPrivateKey(keyBytes);
  } catch (cause) {
    throw fault(SERVING_FAULTS.notKey, cause);
  }
  if (!leaf.checkPrivateKey(secret)) throw fault(SERVING_FAULTS.mismatch);
  try {
    createSecureContext({ cert: certBytes, key: keyBytes });
  } catch (cause) {
    throw fault(SERVING_FAULTS.notCertificate, cause); // one of the chain is cut off
  }
  return { cert: certBytes, key: keyBytes, notAfterMs: Date.parse(leaf.validTo) };
}

async function read(cert: string, key: string, file: string): Promise<Buffer> {
  try {
    return Buffer.from(await readBoundedFile(Buffer.from(file), MAX_FILE_BYTES));
  } catch (cause) {
    throw new PeopleError('certificate-wrong', { cert, key, reason: errorText(cause), cause });
  }
}

export interface CertificateListener {
  readonly onChange: (certificate: ServedCertificate) => void;
  readonly onFault: (reason: Message) => void;
}

/**
 * Looks at the files every `everyMs` milliseconds. Another pair counts once it is found unchanged a
 * second time; what cannot be used is reported once, and the pair before stays.
 */
export function watchCertificate(
  files: CertificateFiles,
  first: ServedCertificate,
  everyMs: number,
  { onChange, onFault }: CertificateListener,
): { stop(): void } {
  let inForce = contentOf(first);
  let seen = inForce;
  let reported = '';
  let isLooking = false;
  const look = async () => {
    let found: ServedCertificate | LedgerError;
    try {
      found = await readCertificate(files);
    } catch (error) {
      found = error as LedgerError;
    }
    const content = found instanceof LedgerError ? found.message : contentOf(found);
    const isSettled = content === seen;
    seen = content;
    if (content === inForce) reported = '';
    if (!isSettled || content === inForce) return;
    if (found instanceof LedgerError) {
      if (content !== reported) onFault(found.text);
      reported = content;
      return;
    }
    onChange(found);
    inForce = content;
    reported = '';
  };
  const timer = setInterval(() => {
    if (isLooking) return;
    isLooking = true;
    void look().finally(() => (isLooking = false));
  }, everyMs).unref();
  return { stop: () => clearInterval(timer) };
}

function contentOf({ cert, key }: ServedCertificate): string {
  return `${cert.toString('latin1')}\n${key.toString('latin1')}`;
}
