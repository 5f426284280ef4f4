import { argumentPaths, type PathBytes, pathText } from '../../adapters/files/path-bytes.ts';
import { HASHES } from '../../compose/hashes.ts';
import { readHeader } from '../../protocol/chain/block-proof.ts';
import type { Endorsement } from '../../protocol/chain/endorsement.ts';
import { trustFingerprint } from '../../protocol/trust-file.ts';
import type { Trust } from '../../protocol/trust.ts';
import { blockQuestions, judgeBlocks } from '../../protocol/verify/final-blocks.ts';
import { type StepResult, PASS, type Report, VERDICT_EXIT } from '../../protocol/verify/report.ts';
import { utcTime } from '../../protocol/verify/verifier.ts';
import { EXIT } from '../../text/exit-codes.ts';
import { LedgerError } from '../../text/ledger-error.ts';
import { stepSentence } from '../../text/step-sentence.ts';
import { timeText } from '../../text/time.ts';
import { VERDICT_LABELS } from '../../text/verdicts.ts';
import { TRUST } from '../../text/trust.ts';
import { Judge } from '../../verifier/judge.ts';
import { type AskNodes, nodesByFetch } from '../../verifier/nodes.ts';
import type { ReceiptDocument } from '../../verifier/receipt-document.ts';
import { printReport } from '../print/report-text.ts';
import { nodeSettings, rpcUrlsOf, serviceOf } from '../settings/service-settings.ts';
import type { Cli } from '../shell/context.ts';
import { requireReceiptFile } from './receipt-file.ts';
import { receiptsOf } from './receipt-pairs.ts';
import { requireTrustFile, writeTrustFile } from './trust-file.ts';

export interface PinBlockOptions {
  readonly trust: string;
  readonly rpc?: readonly string[];
}

/** A trust file in which blocks are pinned. */
export interface PinnedFile {
  readonly path: PathBytes;
  readonly trust: Trust;
  /** It is not on disk yet. */
  readonly isNew: boolean;
}

interface Block {
  readonly blockNumber: string;
  readonly blockHash: string;
  readonly blockTime?: string;
}

/** The steps that nodes must have confirmed before a block is relied on without them. */
const CONFIRMED = ['chain-identity', 'anchor', 'finality', 'not-before'] as const;

/** What one receipt asks to be pinned, once nodes have confirmed all of it. */
interface Confirmed {
  readonly blocks: readonly Block[];
  /** The nodes of the verifier's own that confirmed the anchor. */
  readonly vouchedBy: string | undefined;
  /** The receipt brings the proof by which it verifies without a node. */
  readonly hasProof: boolean;
}

/** Why nothing of a receipt is pinned. */
interface Refused {
  readonly path: PathBytes;
  readonly report: Report;
  /** The nodes did not confirm the blocks of its endorsements. */
  readonly endorsements?: StepResult;
}

/**
 * Pins, for each receipt, the block of the anchor, the block that the record names as earlier than
 * itself, and those of endorsements that bring their proof. The nodes are asked about all of them
 * as the trust file requires; from then on their answer of today is relied on, instead of asking
 * each time. A receipt that is not confirmed does not stop the others, and decides the exit code.
 */
export async function pinBlocks(cli: Cli, paths: readonly string[], options: PinBlockOptions): Promise<number> {
  const [path] = argumentPaths([options.trust]) as [PathBytes];
  const file = { path, trust: await requireTrustFile(path), isNew: false };
  return pinBlocksIn(cli, file, paths, { rpc: options.rpc });
}

/** The same in a trust file that was read, or is to be written. */
export async function pinBlocksIn(
  cli: Cli,
  file: PinnedFile,
  paths: readonly string[],
  options: { readonly url?: string | undefined; readonly rpc?: readonly string[] | undefined },
): Promise<number> {
  const { trust } = file;
  const receipts = (await Promise.all(argumentPaths(paths).map(receiptsOf))).flat();
  const settings = cli.settings({ url: options.url });
  const rpcUrls = rpcUrlsOf(options.rpc, settings);
  if (rpcUrls === undefined) throw new LedgerError('pin-needs-nodes');
  const askNodes = nodesByFetch(nodeSettings(rpcUrls, settings, await serviceOf(settings, cli.lang)));
  const confirmed: Confirmed[] = [];
  const refused: Refused[] = [];
  for (const path of receipts) {
    const result = await confirmReceipt(path, trust, askNodes);
    if ('blocks' in result) confirmed.push(result);
    else refused.push(result);
  }
  const [only] = refused;
  if (only !== undefined && receipts.length === 1) return reportNotPinned(cli, only);
  for (const { path, report } of refused) {
    const values = { file: pathText(path).text, verdict: VERDICT_LABELS[report.verdict] };
    cli.output.line(cli.format(TRUST.notPinnedOf, values), 'bad');
  }
  await addPins(cli, file, confirmed, refused);
  return Math.max(EXIT.ok, ...refused.map(exitOf));
}

async function confirmReceipt(path: PathBytes, trust: Trust, askNodes: AskNodes): Promise<Confirmed | Refused> {
  const receipt = await requireReceiptFile(path);
  const report = await judgeByNodes(receipt, trust, askNodes);
  const { anchor: part } = receipt.parsed;
  const anchor = 'value' in part ? part.value : null;
  const isConfirmed = CONFIRMED.every((name) => isSettled(report, name)) && report.verdict !== 'INCONSISTENT';
  if (anchor === null || !isConfirmed) return { path, report };
  const endorsed = endorsedBlocks(anchor.endorsements ?? []);
  const unpinned = endorsed.filter((block) => !isPinned(trust, block));
  const endorsements = await confirmBlocks(trust, unpinned, askNodes);
  if (endorsements.status !== 'pass') return { path, report, endorsements };
  return {
    blocks: [report.object!.anchoredBy, report.object!.notBefore, ...endorsed].filter((block) => block !== null),
    vouchedBy: nodesThatConfirmed(report),
    hasProof: anchor.receiptProof !== undefined,
  };
}

function exitOf({ report, endorsements }: Refused): number {
  if (endorsements !== undefined) return endorsements.status === 'fail' ? EXIT.inconsistent : EXIT.indeterminate;
  return report.verdict === 'VERIFIED' ? EXIT.indeterminate : VERDICT_EXIT[report.verdict];
}

async function judgeByNodes(receipt: ReceiptDocument, trust: Trust, askNodes: AskNodes): Promise<Report> {
  const judge = new Judge({
    trustFor: () => ({ trust: { source: 'file', value: trust } }),
    askNodes,
    log: undefined,
    sha256: HASHES.sha256,
    nowMs: Date.now,
  });
  return (await judge.judge(receipt.parsed, undefined)).report;
}

function reportNotPinned(cli: Cli, refused: Refused): number {
  const { path, report, endorsements } = refused;
  if (endorsements !== undefined) {
    const reason = stepSentence('endorsement', endorsements.code);
    cli.output.line(cli.format(TRUST.endorsementsNotConfirmed, { reason }), 'bad');
  } else {
    if (!cli.output.isJson) {
      printReport(cli.output, cli.lang, report, { receipt: { name: pathText(path).text, source: 'file' } });
    }
    cli.output.line(cli.format(TRUST.notPinned), 'bad');
  }
  const { verdict, steps } = report;
  cli.output.json({ pinned: [], verdict, steps, ...(endorsements && { endorsements }) });
  return exitOf(refused);
}

async function addPins(
  cli: Cli,
  { path: trustPath, trust, isNew }: PinnedFile,
  confirmed: readonly Confirmed[],
  refused: readonly Refused[],
): Promise<void> {
  // Many receipts share a block, and an endorsement may be in the block of an anchor.
  const wanted = new Map<string, Block & Pick<Confirmed, 'vouchedBy'>>();
  for (const { blocks, vouchedBy } of confirmed) {
    for (const block of blocks)
      if (!wanted.has(block.blockNumber)) wanted.set(block.blockNumber, { ...block, vouchedBy });
  }
  const blocks = [...wanted.values()];
  const added = blocks.filter((block) => !isPinned(trust, block));
  const addedPins = added.map(({ blockNumber, blockHash, vouchedBy }) => ({
    number: BigInt(blockNumber),
    hash: blockHash,
    ...(vouchedBy !== undefined && { vouchedBy }),
  }));
  const pinned: Trust = { ...trust, pinnedBlocks: [...trust.pinnedBlocks, ...addedPins] };
  if (added.length > 0 || isNew) await writeTrustFile(trustPath, pinned);
  for (const block of blocks) {
    const values = { number: block.blockNumber, hash: block.blockHash };
    if (added.includes(block)) {
      cli.output.line(
        cli.format(TRUST.pinned, { ...values, time: block.blockTime === undefined ? '-' : timeText(block.blockTime) }),
        'good',
      );
    } else cli.output.line(cli.format(TRUST.wasPinned, values));
  }
  const isOfflineReady = confirmed.every(({ hasProof }) => hasProof) && refused.length === 0;
  const vouchers = [...new Set(confirmed.flatMap(({ vouchedBy }) => vouchedBy ?? []))];
  if (confirmed.some(({ vouchedBy }) => vouchedBy === undefined)) {
    cli.output.notice(cli.format(TRUST.pinnedByOperator), 'warn');
  }
  if (confirmed.some(({ hasProof }) => !hasProof)) cli.output.notice(cli.format(TRUST.noProof), 'warn');
  const sha256 = trustFingerprint(pinned);
  cli.output.line(cli.format(TRUST.trustIs, { file: pathText(trustPath).text, sha256 }));
  cli.output.json({
    pinned: blocks.map(({ blockNumber, blockHash }) => ({ number: blockNumber, hash: blockHash })),
    vouchedBy: vouchers.length === 0 ? null : vouchers.join(', '),
    isOfflineReady,
    trust: { sha256 },
    ...(refused.length > 0 && {
      notPinned: refused.map(({ path, report }) => ({ receipt: pathText(path).text, verdict: report.verdict })),
    }),
  });
}

/** The blocks of the endorsements whose proof leads to their block, each block once. */
function endorsedBlocks(endorsements: readonly Endorsement[]): Block[] {
  const byNumber = new Map<bigint, Block>();
  for (const { blockNumber, blockHash, header, receiptProof } of endorsements) {
    if (header === undefined || receiptProof === undefined) continue;
    const blockTime = utcTime(readHeader(header).timestampSeconds);
    const block = { blockNumber: blockNumber.toString(), blockHash, ...(blockTime !== undefined && { blockTime }) };
    byNumber.set(blockNumber, block);
  }
  return [...byNumber.values()];
}

async function confirmBlocks(trust: Trust, blocks: readonly Block[], askNodes: AskNodes): Promise<StepResult> {
  if (blocks.length === 0) return PASS;
  const pins = blocks.map(({ blockNumber, blockHash }) => ({ number: BigInt(blockNumber), hash: blockHash }));
  return judgeBlocks(trust, pins, await askNodes(blockQuestions(trust, pins), trust));
}

/** The nodes of the verifier's own that confirmed the anchor: they vouch for its block. */
function nodesThatConfirmed({ steps }: Report): string | undefined {
  const sources = steps.find(({ step }) => step === 'anchor')?.sources ?? [];
  const names = sources.filter(({ by, status }) => by === 'verifier' && status === 'pass').map(({ name }) => name);
  return names.length === 0 ? undefined : names.join(', ');
}

/** Whether the step passes, or is not required: a record may name no earlier block. */
function isSettled({ steps }: Report, name: (typeof CONFIRMED)[number]): boolean {
  const status = steps.find(({ step }) => step === name)?.status;
  return status === 'pass' || (name === 'not-before' && status === 'none');
}

function isPinned({ pinnedBlocks }: Trust, { blockNumber, blockHash }: Block): boolean {
  return pinnedBlocks.some(({ number, hash }) => number === BigInt(blockNumber) && hash === blockHash);
}
