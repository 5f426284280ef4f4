import type { Service } from '../../client/http.ts';
import { RELAY_PATH } from '../../kinds/paths.ts';
import { LogClient } from '../../client/log.ts';
import { fetchTrust } from '../../client/service.ts';
import { ProtocolError } from '../../protocol/encoding/errors.ts';
import { sha256 } from '../../protocol/encoding/hash.ts';
import { portableTreeHasher } from '../../protocol/merkle/tree-hasher.ts';
import { parseTrust } from '../../protocol/trust-file.ts';
import type { Trust } from '../../protocol/trust.ts';
import type { TrustChoice } from '../../verifier/choose-trust.ts';
import { type ComparedFile, Judge } from '../../verifier/judge.ts';
import { NewestJudge, type NewestJudgement } from '../../verifier/judge-newest.ts';
import { lookUpAndJudge } from '../../verifier/look-up.ts';
import { nodesByFetch, noNodes } from '../../verifier/nodes.ts';
import type { ReceiptDocument } from '../../verifier/receipt-document.ts';
import { lookUpReport, unreadableReport } from '../../verifier/reports.ts';
import type { HeldEvidence, HeldReceipt } from './held.ts';
import { failedLookUp, judgeWanted, ofService } from './look-ups.ts';
import { type Pair, pairUp } from './pairing.ts';
import type { Result } from './result.ts';
import type { Wanted } from './record-link.ts';
import type { Progress } from './session-state.ts';

/** Browsers refuse requests of which thousands are begun at once. */
const CONCURRENCY = 6;

const HASHES = { sha256, tree: portableTreeHasher };

/**
 * Judges what was given to the page, by the same judge as the command line. With a service the page
 * looks up and asks the chain through it; its trust file counts as the operator's. Without one
 * nothing is asked.
 */
export class PageJudge {
  readonly #service: Service | undefined;
  readonly #judge: Judge;
  readonly #newest: NewestJudge | undefined;
  readonly #ended: AbortSignal;
  readonly #onProgress: (progress: Progress) => void;

  /** `trust`: the trust file that the reader gave; `ended`: nobody waits for it any more. */
  constructor(
    service: Service | undefined,
    trust: Trust | ProtocolError | undefined,
    ended: AbortSignal,
    onProgress: (progress: Progress) => void,
  ) {
    this.#service = service;
    this.#ended = ended;
    this.#onProgress = onProgress;
    // the page in one file has nothing in it that asks a service
    this.#judge = new Judge({
      trustFor: () => chooseTrust(service, trust),
      askNodes:
        EVL_MODE === 'offline' || service === undefined
          ? noNodes
          : nodesByFetch({ named: [`${service.url}${RELAY_PATH}`], operatorUrls: async () => [service.url] }),
      log: EVL_MODE === 'offline' ? undefined : service && new LogClient(service, HASHES.tree),
      sha256,
      nowMs: Date.now,
    });
    this.#newest = EVL_MODE === 'offline' ? undefined : new NewestJudge(this.#judge, service, HASHES);
  }

  /**
   * Judges the files with their receipts. Never rejects for what a file, a service or a node does
   * wrong: that is in the reports. What is not begun when it is ended is left out.
   */
  async judgeGiven(evidence: readonly HeldEvidence[], receipts: readonly HeldReceipt[]): Promise<Result[]> {
    const pairs = pairUp(evidence, receipts);
    const results: Result[][] = [];
    const waiting = pairs.entries();
    let done = 0;
    const judgeNext = async () => {
      // all of these take from one iterator
      for (const [i, pair] of waiting) {
        if (this.#ended.aborted) return;
        results[i] = await this.#judgePair(pair);
        this.#onProgress({ done: ++done, total: pairs.length });
      }
    };
    await Promise.all(Array.from({ length: CONCURRENCY }, judgeNext));
    return results.flat();
  }

  async #judgePair({ evidence, receipt }: Pair): Promise<Result[]> {
    const file = evidence?.compared;
    const about = {
      name: evidence?.name ?? receipt!.name,
      given: evidence === undefined ? ('receipt' as const) : ('file' as const),
      digests: digestsOf(file),
    };
    if (receipt !== undefined) {
      const { content, name, isOfCertificate } = receipt;
      const source = { name, source: isOfCertificate ? ('certificate' as const) : ('file' as const) };
      if (content instanceof ProtocolError) {
        return [{ ...about, source, report: unreadableReport(content.code, file === undefined ? 'record' : 'file') }];
      }
      return [{ ...about, source, ...(await this.#judgeReceipt(content, file)) }];
    }
    if (file === undefined || 'problem' in file) {
      return [{ ...about, report: lookUpReport(file?.problem ?? 'file-missing', 'INDETERMINATE') }];
    }
    if (EVL_MODE === 'served') {
      const found = await lookUpAndJudge(this.#service, file, this.#judge, sha256);
      return found.map(({ number, ...judgement }) => ({ ...about, ...judgement, source: ofService(number) }));
    }
    return [{ ...about, report: lookUpReport('receipt-missing', 'INDETERMINATE') }];
  }

  async #judgeReceipt(receipt: ReceiptDocument, file: ComparedFile): Promise<NewestJudgement> {
    return this.#newest === undefined ? this.#judge.judge(receipt.parsed, file) : this.#newest.judge(receipt, file);
  }

  /** Looks up what was typed, and judges every record that the service shows, the newest first. */
  async judgeWanted(wanted: Wanted): Promise<Result[]> {
    if (EVL_MODE === 'served' && this.#service !== undefined) {
      return judgeWanted(wanted, this.#service, this.#judge, (receipt) => this.#judgeReceipt(receipt, undefined));
    }
    return [];
  }
}

async function chooseTrust(
  service: Service | undefined,
  given: Trust | ProtocolError | undefined,
): Promise<TrustChoice> {
  if (given instanceof ProtocolError) return { problem: 'trust-unreadable' };
  if (given !== undefined) return { trust: { source: 'file', value: given } };
  if (EVL_MODE === 'served' && service !== undefined) {
    try {
      return { trust: { source: 'server', value: parseTrust(await fetchTrust(service)) } };
    } catch (error) {
      failedLookUp(error);
      return { problem: 'trust-unavailable' };
    }
  }
  return { problem: 'trust-required' };
}

function digestsOf(file: ComparedFile): Result['digests'] {
  if (file === undefined || 'problem' in file) return undefined;
  const { sha256: ofFile, sm3, size } = file;
  return { sha256: ofFile, sm3, size };
}
