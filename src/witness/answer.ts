import type { ProtocolCode } from '../protocol/encoding/errors.ts';
import type { ErrorCode } from '../text/errors.ts';

/** An HTTP answer of the witness, by C2SP tlog-witness. */
export interface Answer {
  readonly status: 200 | 400 | 403 | 404 | 409 | 422 | 503;
  readonly contentType: string;
  readonly body: string;
}

/**
 * The codes of refusals, besides those of a request that cannot be parsed. They are API and are
 * listed in PROTOCOL.md.
 */
export const REFUSAL_CODES = [
  'nothing-cosigned',
  'old-size-too-large',
  'origin-unknown',
  'proof-not-empty',
  'proof-wrong',
  'root-differs',
  'signature-wrong',
] as const;

/** Why the witness itself cannot cosign: what its queue, its state and its list of logs throw. */
export const INABILITY_CODES = [
  'state-damaged',
  'state-failed',
  'state-missing',
  'state-unreadable',
  'stopping',
  'too-many-waiting',
  'witness-logs-unreadable',
] as const satisfies readonly ErrorCode[];

type RefusalCode = (typeof REFUSAL_CODES)[number] | (typeof INABILITY_CODES)[number] | ProtocolCode;

const TEXT = 'text/plain; charset=utf-8';

export function answered(body: string): Answer {
  return { status: 200, contentType: TEXT, body };
}

/** A refusal. `code` is API, the reason is not. */
export function refused(status: Exclude<Answer['status'], 200 | 409>, code: RefusalCode, reason: string): Answer {
  return { status, contentType: TEXT, body: `${code}: ${reason}\n` };
}

/** A refusal: the request builds on another size than the one that was cosigned last. */
export function conflict(storedSize: bigint): Answer {
  return { status: 409, contentType: 'text/x.tlog.size', body: `${storedSize}\n` };
}
