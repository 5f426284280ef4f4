import { LedgerError } from '../text/ledger-error.ts';
import { createHash } from 'node:crypto';
import { type Service, ServiceProblem, ServiceUnreachable, type Upload } from './http.ts';
import { type RetryPolicy, withRetry } from './retry.ts';
import {
  checkHealth,
  type KeyedRegistration,
  registerBatch,
  registerEvidence,
  type StoredContent,
  uploadContent,
} from './service.ts';
import { normalizeCaseNumber } from '../kinds/case-number.ts';
import type { Registration } from '../kinds/evidence.ts';
import { ProtocolError } from '../protocol/encoding/errors.ts';
import { canonicalJson, type Json } from '../protocol/encoding/json.ts';
import type { ParsedReceipt } from '../protocol/receipt.ts';
import type { FileFacts } from '../protocol/verify/record-steps.ts';
import { sectionValue } from '../protocol/verify/record-steps.ts';
import { MESSAGES } from '../text/messages.ts';
import type { Message } from '../text/message.ts';
import { Batcher } from './batcher.ts';
import { selfContradiction } from '../verifier/self-contradiction.ts';
import { Slots } from './parallel.ts';
import { parseErrorText } from '../text/error-text.ts';
import { heldReceipt, type HeldReceipt } from '../cli/tasks/receipt-file.ts';

/** One item of evidence, ready to be registered. */
export interface Draft {
  /** How messages name it. */
  readonly label: string;
  readonly registration: Omit<Registration, 'uploadToken'>;
  /** The bytes, where the service is to keep them; they may be asked for again. */
  readonly content?: Upload | Uint8Array;
}

const FIRST_CONTACT_MS = 10_000;
const OUTAGE_MS = 30_000;
const MAX_UPLOADS = 3;
const HEALTH_TIMEOUT_MS = 10_000;
/** Lines of one request; with their receipts about 2 MiB. */
const MAX_BATCH = 256;
/** A slow line is shared by few, so that each of them moves. */
const LARGE_UPLOADS_AT_ONCE = 4;
const KEY_DOMAIN = 'evidence-ledger/command-line/v1';

/**
 * Registers items at one service, many at once. A service that restarts is waited for; one that
 * stays away is given up for the whole run, so that thousands of files do not each wait for it.
 */
export class Registrar {
  readonly #service: Service;
  readonly #onWaiting: (error: ServiceUnreachable | ServiceProblem) => void;
  readonly #batches: Batcher<KeyedRegistration, Json | ServiceProblem>;
  readonly #largeUploads = new Slots(LARGE_UPLOADS_AT_ONCE);
  #contact: Promise<void> | undefined;
  #gone: ServiceUnreachable | undefined;

  constructor(service: Service, onWaiting: (error: ServiceUnreachable | ServiceProblem) => void) {
    this.#service = service;
    this.#onWaiting = onWaiting;
    this.#batches = new Batcher(MAX_BATCH, async (lines) =>
      withRetry(this.#timeout(OUTAGE_MS), async () => registerBatch(service, lines)),
    );
  }

  /** Set once the service stayed away longer than a restart takes. */
  get gone(): ServiceUnreachable | undefined {
    return this.#gone;
  }

  /**
   * The receipt, checked to be of this very item. Throws what the client of the service throws, or
   * a `LedgerError`.
   */
  async register(draft: Draft): Promise<HeldReceipt> {
    if (this.#gone !== undefined) throw this.#gone;
    try {
      await (this.#contact ??= this.#firstContact());
      const { content } = draft;
      const json = await (content === undefined ? this.#registerDigests(draft) : this.#registerContent(draft, content));
      return checkedReceipt(json, draft.registration);
    } catch (error) {
      if (error instanceof ServiceUnreachable) this.#gone = error;
      throw error;
    }
  }

  async #firstContact(): Promise<void> {
    try {
      await withRetry(this.#timeout(FIRST_CONTACT_MS), async () => checkHealth(this.#service, HEALTH_TIMEOUT_MS));
    } catch (error) {
      if (!(error instanceof ServiceProblem)) throw error; // it answers: what is wrong with it shows soon enough
    }
  }

  /**
   * With others by one request. A line that was refused since the service is busy or stops is asked
   * alone, with patience.
   */
  async #registerDigests(draft: Draft): Promise<Json> {
    const key = idempotencyKey(draft);
    const answer = await this.#batches.ask({ ...draft.registration, idempotencyKey: key });
    if (!(answer instanceof ServiceProblem)) return answer;
    if (answer.status !== 503) throw answer;
    return this.#registerAlone(draft, key);
  }

  /**
   * An upload is forgotten when the service restarts between it and its registration: then it is
   * sent again.
   */
  async #registerContent(draft: Draft, content: Upload | Uint8Array): Promise<Json> {
    const key = idempotencyKey(draft);
    for (let uploads = 1; ; uploads++) {
      const { uploadToken } = await this.#upload(draft, content);
      try {
        return await this.#registerAlone(draft, key, uploadToken);
      } catch (error) {
        const isForgotten = error instanceof ServiceProblem && error.code === 'upload-unknown';
        if (!isForgotten || uploads === MAX_UPLOADS) throw error;
      }
    }
  }

  async #registerAlone({ registration }: Draft, key: string, uploadToken?: string): Promise<Json> {
    return withRetry(this.#timeout(OUTAGE_MS), async () =>
      registerEvidence(this.#service, registration, key, uploadToken),
    );
  }

  async #upload(draft: Draft, content: Upload | Uint8Array): Promise<StoredContent> {
    const { sha256, sm3 } = draft.registration.digests;
    const send = async () =>
      withRetry(this.#timeout(OUTAGE_MS), async () => uploadContent(this.#service, content, sha256));
    const stored = await (content instanceof Uint8Array ? send() : this.#largeUploads.use(send));
    const isSame = stored.digests.sha256 === sha256 && stored.digests.sm3 === sm3;
    if (!isSame) throw new LedgerError('digest-differs', { file: draft.label });
    return stored;
  }

  #timeout(giveUpAfterMs: number): RetryPolicy {
    return { giveUpAfterMs, onRetry: this.#onWaiting };
  }
}

/**
 * The same item gives the same key, so that a run that was broken off can be repeated and registers
 * nothing twice: SHA-256 over all that is said of it (case, name, digests …), and over whether its
 * bytes are to be kept.
 */
function idempotencyKey({ registration, content }: Draft): string {
  const facts = canonicalJson({ registration: registration as Json, keepsContent: content !== undefined });
  return createHash('sha256').update(`${KEY_DOMAIN}\0${facts}`).digest('hex');
}

/** Whether a receipt is of this file under this case, and holds in itself. */
export function isReceiptOf(receipt: ParsedReceipt, file: FileFacts, caseNumber: string): boolean {
  return isOfCase(receipt, caseNumber) && selfContradiction(receipt, file) === undefined;
}

function isOfCase({ record }: ParsedReceipt, caseNumber: string): boolean {
  const stated = 'value' in record ? sectionValue(record.value.disclosed, 'case')?.['number'] : undefined;
  return typeof stated === 'string' && normalizeCaseNumber(stated) === normalizeCaseNumber(caseNumber);
}

function checkedReceipt(json: Json, registration: Draft['registration']): HeldReceipt {
  const wrong = (reason: Message) => new LedgerError('receipt-wrong', { reason });
  let held: HeldReceipt;
  try {
    held = heldReceipt(json);
  } catch (error) {
    if (error instanceof ProtocolError) throw wrong(parseErrorText(error));
    throw error;
  }
  const { sha256, sm3 } = registration.digests;
  const file: FileFacts = { sha256, size: registration.file.size, ...(sm3 !== undefined && { sm3 }) };
  const problem = selfContradiction(held.parsed, file);
  if (problem !== undefined) throw wrong(problem);
  if (!isOfCase(held.parsed, registration.case.number)) throw wrong(MESSAGES.otherCase);
  return held;
}
