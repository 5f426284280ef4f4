import type { ProtocolError } from '../../protocol/encoding/errors.ts';
import type { Trust } from '../../protocol/trust.ts';
import type { ComparedFile } from '../../verifier/judge.ts';
import type { ReceiptDocument } from '../../verifier/receipt-document.ts';
import type { HashProblem } from './hash-file.ts';

/** What was given to the page, and how far it has come. */

/** A file that was given as evidence. */
export interface HeldEvidence {
  readonly key: number;
  readonly name: string;
  readonly sizeBytes: number;
  /** Undefined while it waits for its turn. */
  readonly startedAtMs?: number;
  readonly doneBytes: number;
  readonly compared?: ComparedFile;
  readonly problem?: HashProblem;
}

export interface HeldReceipt {
  readonly key: number;
  readonly name: string;
  readonly content: ReceiptDocument | ProtocolError;
  /** It is attached to a certificate, whose printed text nobody compared. */
  readonly isOfCertificate: boolean;
  /** The certificate itself. */
  readonly certificate: File | undefined;
}

export interface HeldTrust {
  readonly key: number;
  readonly name: string;
  readonly content: Trust | ProtocolError;
  /** Lower-case hex; undefined where it cannot be read. */
  readonly fingerprint: string | undefined;
  /** At most one is. */
  readonly isUsed: boolean;
}
