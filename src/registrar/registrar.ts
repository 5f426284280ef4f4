import type { Service } from '../client/http.ts';
import { type RetryPolicy, withRetry } from '../client/retry.ts';
import {
  type KeyedRegistration,
  registerBatch,
  registerRecord,
  type StoredContent,
  uploadContent,
} from '../client/registration.ts';
import { LogClient } from '../client/log.ts';
import { checkHealth } from '../client/service.ts';
import { ServiceProblem, ServiceUnreachable } from '../client/service-errors.ts';
import type { Upload } from '../client/upload.ts';
import { type AnyRegistration, type RegistrableView, lastingStatement, type Stated } from '../kinds/view.ts';
import { toHex, utf8Bytes } from '../protocol/encoding/bytes.ts';
import { canonicalJson, type Json } from '../protocol/encoding/json.ts';
import type { Trust } from '../protocol/trust.ts';
import { LedgerError } from '../text/ledger-error.ts';
import type { ReceiptDocument } from '../verifier/receipt-document.ts';
import { treeHasher } from '../protocol/merkle/tree-hasher.ts';
import { Batcher } from './batcher.ts';
import { checkedReceipt, type Checks, signatureProblem } from './compare.ts';
import { Semaphore } from './semaphore.ts';

/** One item that is to be registered. */
export interface PendingItem<Registration extends AnyRegistration> {
  /** How messages name it. */
  readonly label: string;
  readonly registration: Stated<Registration>;
  /** The bytes, where the service is to keep them; they may be read more than once. */
  readonly content: Upload | Uint8Array | undefined;
}

/** What the service and its answers are held against. */
export interface RegistrarChecks extends Omit<Checks, 'trust'> {
  /** The trust file of the log that the service must show; asked for before anything is sent. */
  readonly trustOf: () => Promise<Trust>;
}

const FIRST_CONTACT_MS = 10_000;
const OUTAGE_MS = 30_000;
const MAX_UPLOADS = 3;
const HEALTH_TIMEOUT_MS = 10_000;
/** Lines of one request; with their receipts about 2 MiB. */
const MAX_BATCH = 256;
/** A slow connection is shared by few uploads, so that each of them moves. */
const LARGE_UPLOADS_AT_ONCE = 4;
const KEY_DOMAIN = 'evidence-ledger/command-line/v1';

/**
 * Registers items of one kind at one service, many at once. A service that restarts is waited for;
 * one that stays unreachable is given up for the whole run, so that thousands of files do not each
 * wait for it.
 */
export class Registrar<Registration extends AnyRegistration> {
  readonly #service: Service;
  readonly #kind: RegistrableView<Registration>;
  readonly #checks: RegistrarChecks;
  readonly #onRetry: () => void;
  readonly #batches: Batcher<KeyedRegistration<Registration>, Json | ServiceProblem>;
  readonly #largeUploads = new Semaphore(LARGE_UPLOADS_AT_ONCE);
  #firstContact: Promise<void> | undefined;
  #outage: ServiceUnreachable | undefined;

  /**
   * `checks` are what the service and its answers are held against. `onRetry` is called before each
   * pause in which the service is waited for.
   */
  constructor(service: Service, kind: RegistrableView<Registration>, checks: RegistrarChecks, onRetry: () => void) {
    this.#service = service;
    this.#kind = kind;
    this.#checks = checks;
    this.#onRetry = onRetry;
    this.#batches = new Batcher(MAX_BATCH, async (lines) =>
      withRetry(this.#retryFor(OUTAGE_MS), async () => registerBatch(service, kind, lines)),
    );
  }

  /** Set once the service stayed unreachable longer than a restart takes. */
  get outage(): ServiceUnreachable | undefined {
    return this.#outage;
  }

  /**
   * Registers one item, and gives its receipt once that is checked to be of this very item. Throws
   * `ServiceProblem`, `ServiceUnreachable`, `log-not-shown`, `digest-differs`, `receipt-wrong`
   * or `receipt-not-trusted`, and unchanged what `trustOf` and the source of the content throw.
   */
  async register(item: PendingItem<Registration>): Promise<ReceiptDocument> {
    if (this.#outage !== undefined) throw this.#outage;
    try {
      await (this.#firstContact ??= this.#makeContact());
      const { content } = item;
      const json = await (content === undefined ? this.#registerDigests(item) : this.#registerContent(item, content));
      const checks = { ...this.#checks, trust: await this.#checks.trustOf() };
      return checkedReceipt(checks, json, { kind: this.#kind, registration: item.registration });
    } catch (error) {
      if (error instanceof ServiceUnreachable) this.#outage = error;
      throw error;
    }
  }

  async #makeContact(): Promise<void> {
    try {
      await withRetry(this.#retryFor(FIRST_CONTACT_MS), async () => checkHealth(this.#service, HEALTH_TIMEOUT_MS));
    } catch (error) {
      // A service that answers is there; what is wrong with it shows with the first registration.
      if (!(error instanceof ServiceProblem)) throw error;
    }
    await this.#requireLog(await this.#checks.trustOf());
  }

  /** Nothing is sent to a service that does not show the log that it is trusted for. */
  async #requireLog(trust: Trust): Promise<void> {
    const { url } = this.#service;
    const log = new LogClient(this.#service, treeHasher(this.#checks.sha256));
    try {
      const shown = await withRetry(this.#retryFor(FIRST_CONTACT_MS), async () => log.checkpoint());
      const problem = signatureProblem(shown, { ...this.#checks, trust });
      // After a key was revoked, its last checkpoint is shown until something is registered.
      const isOfLog = problem === undefined || problem.code === 'key-revoked';
      if (!isOfLog) throw new LedgerError('log-not-shown', { url, reason: problem.reason });
    } catch (error) {
      if (!(error instanceof ServiceProblem)) throw error;
      throw new LedgerError('log-not-shown', { url, reason: error.text, cause: error });
    }
  }

  /**
   * With others by one request. A line that a busy or stopping service refuses is retried alone.
   */
  async #registerDigests(item: PendingItem<Registration>): Promise<Json> {
    const idempotencyKey = this.#idempotencyKey(item);
    const answer = await this.#batches.request({ registration: item.registration, idempotencyKey });
    if (!(answer instanceof ServiceProblem)) return answer;
    if (answer.status !== 503) throw answer;
    return this.#registerAlone(item, idempotencyKey);
  }

  /** Repeats an upload that a restart of the service between it and its registration has lost. */
  async #registerContent(item: PendingItem<Registration>, content: Upload | Uint8Array): Promise<Json> {
    const idempotencyKey = this.#idempotencyKey(item);
    for (let uploads = 1; ; uploads++) {
      const { uploadToken } = await this.#upload(item, content);
      try {
        return await this.#registerAlone(item, idempotencyKey, uploadToken);
      } catch (error) {
        const isLost = error instanceof ServiceProblem && error.code === 'upload-unknown';
        if (!isLost || uploads === MAX_UPLOADS) throw error;
      }
    }
  }

  async #registerAlone({ registration }: PendingItem<Registration>, key: string, uploadToken?: string): Promise<Json> {
    return withRetry(this.#retryFor(OUTAGE_MS), async () =>
      registerRecord(this.#service, this.#kind, registration, key, uploadToken),
    );
  }

  async #upload(item: PendingItem<Registration>, content: Upload | Uint8Array): Promise<StoredContent> {
    const { sha256, sm3 } = this.#kind.fileOf(item.registration);
    const send = async () =>
      withRetry(this.#retryFor(OUTAGE_MS), async () => uploadContent(this.#service, content, sha256));
    const stored = await (content instanceof Uint8Array ? send() : this.#largeUploads.run(send));
    const isSame = stored.digests.sha256 === sha256 && stored.digests.sm3 === sm3;
    if (!isSame) throw new LedgerError('digest-differs', { file: item.label });
    return stored;
  }

  #retryFor(giveUpAfterMs: number): RetryPolicy {
    return { giveUpAfterMs, onRetry: this.#onRetry };
  }

  /**
   * The same item gives the same key, so that an interrupted run can be repeated and registers
   * nothing twice: SHA-256 of all that is stated of it (case, name, digests …), and of whether its
   * bytes are to be kept.
   */
  #idempotencyKey({ registration, content }: PendingItem<Registration>): string {
    const stated = lastingStatement(registration) as Json;
    const facts = canonicalJson({ registration: stated, keepsContent: content !== undefined });
    return toHex(this.#checks.sha256(utf8Bytes(`${KEY_DOMAIN}\0${facts}`)));
  }
}
