import { EXIT } from '../../text/exit-codes.ts';
import { LedgerError } from '../../text/ledger-error.ts';
import { askNode } from '../../client/chain-rpc.ts';
import { readHeader } from '../../protocol/chain/block-proof.ts';
import type { Endorsement } from '../../protocol/chain/endorsement.ts';
import { ProtocolError } from '../../protocol/encoding/errors.ts';
import { type Trust, trustFingerprint } from '../../protocol/trust.ts';
import { blockQuestions, judgeBlocks } from '../../protocol/verify/final-blocks.ts';
import { type StepResult, PASS, type Report, VERDICT_EXIT } from '../../protocol/verify/report.ts';
import { utcTime } from '../../protocol/verify/verifier.ts';
import { stepSentence } from '../../text/step-codes.ts';
import { TRUST } from '../../text/trust.ts';
import type { Cli } from '../shell/context.ts';
import { argumentPaths, type PathBytes, pathText } from '../../adapters/files/path-bytes.ts';
import { parseErrorText } from '../../text/error-text.ts';
import { readReceiptFile } from './receipt-file.ts';
import { printReport } from '../print/report-text.ts';
import { rpcUrlsOf } from '../settings/service-settings.ts';
import { Judge } from '../../verifier/judge.ts';
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

/** The steps that nodes must have confirmed before a block is believed without them. */
const CONFIRMED = ['chain-identity', 'anchor', 'finality', 'not-before'] as const;

/**
 * Pins the block of the anchor, the block that the record names as earlier than itself, and those
 * of endorsements that bring their proof. All are asked of the nodes as the trust file demands;
 * whoever pins takes their word once, instead of each time.
 */
export async function pinBlock(cli: Cli, receiptArgument: string, options: PinBlockOptions): Promise<number> {
  const [receiptPath, trustPath] = argumentPaths([receiptArgument, options.trust]) as [PathBytes, PathBytes];
  const trust = await requireTrustFile(trustPath);
  const receipt = await readReceipt(receiptPath);
  const settings = cli.settings({});
  const rpcUrls = rpcUrlsOf(options.rpc, settings);
  const judge = new Judge({
    isOffline: false,
    rpcUrls,
    trust: { file: trustPath, home: settings.home, service: undefined, isOwnRequired: true },
  });
  const { report } = await judge.judge(receipt.parsed, undefined);
  const { anchor } = receipt.parsed;
  const anchorOf = 'value' in anchor ? anchor.value : null;
  const isConfirmed = CONFIRMED.every((name) => isSettled(report, name)) && report.verdict !== 'INCONSISTENT';
  if (anchorOf === null || !isConfirmed) {
    if (!cli.output.isJson) {
      printReport(cli.output, cli.lang, report, { receipt: { name: pathText(receiptPath).text, source: 'file' } });
    }
    cli.output.line(cli.format(TRUST.notPinned), 'bad');
    cli.output.json({ pinned: [], verdict: report.verdict, steps: report.steps });
    return report.verdict === 'VERIFIED' ? EXIT.indeterminate : VERDICT_EXIT[report.verdict];
  }

  const endorsed = endorsedBlocks(anchorOf.endorsements ?? []);
  const confirmed = await confirmBlocks(
    trust,
    endorsed.filter((block) => !isPinned(trust, block)),
    rpcUrls ?? trust.chain.rpcUrls,
  );
  if (confirmed.status !== 'pass') {
    const reason = stepSentence('endorsement', confirmed.code);
    cli.output.line(cli.format(TRUST.endorsementsNotConfirmed, { reason }), 'bad');
    cli.output.json({ pinned: [], verdict: report.verdict, steps: report.steps, endorsements: confirmed });
    return confirmed.status === 'fail' ? EXIT.inconsistent : EXIT.indeterminate;
  }

  const blocks = [report.object!.anchoredBy, report.object!.notBefore, ...endorsed].filter((block) => block !== null);
  const added = blocks.filter((block) => !isPinned(trust, block));
  const pinned: Trust = {
    ...trust,
    pinnedBlocks: [
      ...trust.pinnedBlocks,
      ...added.map(({ blockNumber, blockHash }) => ({ number: BigInt(blockNumber), hash: blockHash })),
    ],
  };
  if (added.length > 0) await writeTrustFile(trustPath, pinned);
  for (const block of blocks) {
    const values = { number: block.blockNumber, hash: block.blockHash };
    if (added.includes(block))
      cli.output.line(cli.format(TRUST.pinned, { ...values, time: block.blockTime ?? '-' }), 'good');
    else cli.output.line(cli.format(TRUST.wasPinned, values));
  }
  const hasProof = anchorOf.receiptProof !== undefined;
  if (!hasProof) cli.output.notice(cli.format(TRUST.noProof), 'warn');
  const sha256 = trustFingerprint(pinned);
  cli.output.line(cli.format(TRUST.trustIs, { file: pathText(trustPath).text, sha256 }));
  cli.output.json({
    pinned: blocks.map(({ blockNumber, blockHash }) => ({ number: blockNumber, hash: blockHash })),
    isOfflineReady: hasProof,
    trust: { sha256 },
  });
  return EXIT.ok;
}

/** Of the endorsements whose proof leads to their block, each block once. */
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

async function confirmBlocks(trust: Trust, blocks: readonly Block[], urls: readonly string[]): Promise<StepResult> {
  if (blocks.length === 0) return PASS;
  const wanted = blocks.map(({ blockNumber, blockHash }) => ({ number: BigInt(blockNumber), hash: blockHash }));
  const questions = blockQuestions(trust, wanted);
  return judgeBlocks(trust, wanted, await Promise.all(urls.map((url) => askNode(url, questions))));
}

/** Passed, or not asked for at all: a record may name no earlier block. */
function isSettled({ steps }: Report, name: (typeof CONFIRMED)[number]): boolean {
  const status = steps.find(({ step }) => step === name)?.status;
  return status === 'pass' || (name === 'not-before' && status === 'none');
}

function isPinned({ pinnedBlocks }: Trust, { blockNumber, blockHash }: Block): boolean {
  return pinnedBlocks.some(({ number, hash }) => number === BigInt(blockNumber) && hash === blockHash);
}

async function readReceipt(path: PathBytes) {
  try {
    return await readReceiptFile(path);
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    throw new LedgerError('receipt-unreadable', {
      file: pathText(path).text,
      reason: parseErrorText(error),
    });
  }
}
