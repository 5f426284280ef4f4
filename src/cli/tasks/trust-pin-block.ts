import { argumentPaths, type PathBytes, pathText } from '../../adapters/files/path-bytes.ts';
import { HASHES } from '../../compose/hashes.ts';
import { readHeader } from '../../protocol/chain/block-proof.ts';
import type { Endorsement } from '../../protocol/chain/endorsement.ts';
import { type Trust, trustFingerprint } from '../../protocol/trust.ts';
import { blockQuestions, judgeBlocks } from '../../protocol/verify/final-blocks.ts';
import { type StepResult, PASS, type Report, VERDICT_EXIT } from '../../protocol/verify/report.ts';
import { utcTime } from '../../protocol/verify/verifier.ts';
import { EXIT } from '../../text/exit-codes.ts';
import { LedgerError } from '../../text/ledger-error.ts';
import { stepSentence } from '../../text/step-codes.ts';
import { timeText } from '../../text/time.ts';
import { TRUST } from '../../text/trust.ts';
import { Judge } from '../../verifier/judge.ts';
import { type AskNodes, nodesByFetch } from '../../verifier/nodes.ts';
import type { ReceiptDocument } from '../../verifier/receipt-document.ts';
import { printReport } from '../print/report-text.ts';
import { nodeSettings, rpcUrlsOf, serviceOf } from '../settings/service-settings.ts';
import type { Cli } from '../shell/context.ts';
import { requireReceiptFile } from './receipt-file.ts';
import { requireTrustFile, writeTrustFile } from './trust-file.ts';

export interface PinBlockOptions {
  readonly trust: string;
  readonly rpc?: readonly string[];
}

interface Block {
  readonly blockNumber: string;
  readonly blockHash: string;
  readonly blockTime?: string;
}

/** The steps that nodes must have confirmed before a block is relied on without them. */
const CONFIRMED = ['chain-identity', 'anchor', 'finality', 'not-before'] as const;

/**
 * Pins the block of the anchor, the block that the record names as earlier than itself, and those
 * of endorsements that bring their proof. The nodes are asked about all of them as the trust file
 * requires; from then on their answer of today is relied on, instead of asking each time.
 */
export async function pinBlock(cli: Cli, receiptArgument: string, options: PinBlockOptions): Promise<number> {
  const [receiptPath, trustPath] = argumentPaths([receiptArgument, options.trust]) as [PathBytes, PathBytes];
  const trust = await requireTrustFile(trustPath);
  const receipt = await requireReceiptFile(receiptPath);
  const settings = cli.settings({});
  const rpcUrls = rpcUrlsOf(options.rpc, settings);
  if (rpcUrls === undefined) throw new LedgerError('pin-needs-nodes');
  const askNodes = nodesByFetch(nodeSettings(rpcUrls, settings, await serviceOf(settings, cli.lang)));
  const report = await judgeByNodes(receipt, trust, askNodes);
  const { anchor: part } = receipt.parsed;
  const anchor = 'value' in part ? part.value : null;
  const isConfirmed = CONFIRMED.every((name) => isSettled(report, name)) && report.verdict !== 'INCONSISTENT';
  if (anchor === null || !isConfirmed) return reportNotPinned(cli, report, receiptPath);

  const endorsed = endorsedBlocks(anchor.endorsements ?? []);
  const unpinned = endorsed.filter((block) => !isPinned(trust, block));
  const confirmed = await confirmBlocks(trust, unpinned, askNodes);
  if (confirmed.status !== 'pass') {
    const reason = stepSentence('endorsement', confirmed.code);
    cli.output.line(cli.format(TRUST.endorsementsNotConfirmed, { reason }), 'bad');
    cli.output.json({ pinned: [], verdict: report.verdict, steps: report.steps, endorsements: confirmed });
    return confirmed.status === 'fail' ? EXIT.inconsistent : EXIT.indeterminate;
  }
  const blocks = [report.object!.anchoredBy, report.object!.notBefore, ...endorsed].filter((block) => block !== null);
  const vouchedBy = nodesThatConfirmed(report);
  return addPins(cli, trustPath, trust, blocks, { vouchedBy, hasProof: anchor.receiptProof !== undefined });
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

function reportNotPinned(cli: Cli, report: Report, receiptPath: PathBytes): number {
  if (!cli.output.isJson) {
    printReport(cli.output, cli.lang, report, { receipt: { name: pathText(receiptPath).text, source: 'file' } });
  }
  cli.output.line(cli.format(TRUST.notPinned), 'bad');
  cli.output.json({ pinned: [], verdict: report.verdict, steps: report.steps });
  return report.verdict === 'VERIFIED' ? EXIT.indeterminate : VERDICT_EXIT[report.verdict];
}

async function addPins(
  cli: Cli,
  trustPath: PathBytes,
  trust: Trust,
  blocks: readonly Block[],
  { vouchedBy, hasProof }: { readonly vouchedBy: string | undefined; readonly hasProof: boolean },
): Promise<number> {
  const added = blocks.filter((block) => !isPinned(trust, block));
  const addedPins = added.map(({ blockNumber, blockHash }) => ({
    number: BigInt(blockNumber),
    hash: blockHash,
    ...(vouchedBy !== undefined && { vouchedBy }),
  }));
  const pinned: Trust = { ...trust, pinnedBlocks: [...trust.pinnedBlocks, ...addedPins] };
  if (added.length > 0) await writeTrustFile(trustPath, pinned);
  for (const block of blocks) {
    const values = { number: block.blockNumber, hash: block.blockHash };
    if (added.includes(block)) {
      cli.output.line(
        cli.format(TRUST.pinned, { ...values, time: block.blockTime === undefined ? '-' : timeText(block.blockTime) }),
        'good',
      );
    } else cli.output.line(cli.format(TRUST.wasPinned, values));
  }
  if (vouchedBy === undefined) cli.output.notice(cli.format(TRUST.pinnedByOperator), 'warn');
  if (!hasProof) cli.output.notice(cli.format(TRUST.noProof), 'warn');
  const sha256 = trustFingerprint(pinned);
  cli.output.line(cli.format(TRUST.trustIs, { file: pathText(trustPath).text, sha256 }));
  cli.output.json({
    pinned: blocks.map(({ blockNumber, blockHash }) => ({ number: blockNumber, hash: blockHash })),
    vouchedBy: vouchedBy ?? null,
    isOfflineReady: hasProof,
    trust: { sha256 },
  });
  return EXIT.ok;
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
