import type { Command } from 'commander';
import { type AnchorsView, type AnchorView, fetchAnchors, requestAnchor } from '../../client/anchors.ts';
import { stateSizes } from '../../registrar/state-wait.ts';
import { ANCHOR, anchorStateText, chainAdvice } from '../../text/anchor.ts';
import { EXIT } from '../../text/exit-codes.ts';
import { timeText } from '../../text/time.ts';
import { serviceOf } from '../settings/service-settings.ts';
import type { Cli } from '../shell/context.ts';

interface Options {
  readonly url?: string;
}

export function addCommand(program: Command, cli: Cli): void {
  const anchor = program.command('anchor');
  anchor
    .command('status')
    .description(cli.format(ANCHOR.status))
    .option('--url <url>', cli.format(ANCHOR.url))
    .action(cli.action(async (options: Options) => status(cli, options)));
  anchor
    .command('retry')
    .description(cli.format(ANCHOR.retry))
    .option('--url <url>', cli.format(ANCHOR.url))
    .action(cli.action(async (options: Options) => retry(cli, options)));
}

/** Exit 4 as long as a record has no final anchor. */
async function status(cli: Cli, { url }: Options): Promise<number> {
  const view = await fetchAnchors(await serviceOf(cli.settings({ url }), cli.lang));
  const { head, anchors, chain } = view;
  const sizes = stateSizes(view);
  cli.output.line(cli.format(ANCHOR.covered, { size: head.size, ...sizes }), 'strong');
  printChainState(cli, chain);
  for (const anchor of anchors) printAnchor(cli, anchor);
  for (const advice of [...newFailures(view)].map(chainAdvice)) {
    if (advice !== undefined) cli.output.line(cli.format(advice));
  }
  cli.output.json({
    size: head.size.toString(),
    finalSize: sizes.final.toString(),
    chain: { reachable: chain.isReachable, problem: chain.problem ?? null },
    anchors: anchors.map((anchor) => ({ ...anchor, size: anchor.size.toString() })),
  });
  return sizes.final >= head.size ? EXIT.ok : EXIT.pending;
}

/** A chain that answers may still refuse anchors, and then there is something to do. */
function printChainState(cli: Cli, { isReachable, problem: code = '-' }: AnchorsView['chain']): void {
  if (isReachable) return cli.output.line(cli.format(ANCHOR.chainOk));
  const advice = chainAdvice(code);
  if (advice === undefined) return cli.output.line(cli.format(ANCHOR.chainAway, { code }), 'warn');
  cli.output.line(cli.format(ANCHOR.waits, { code }), 'warn');
  cli.output.line(cli.format(advice));
}

function printAnchor(cli: Cli, anchor: AnchorView): void {
  const { size, blockNumber, blockTime, txHash, failure, formerBlocks } = anchor;
  const word = anchorStateText(anchor.state);
  const state = failure === undefined ? word : cli.format(ANCHOR.failed, { state: word, code: failure });
  const formerly = formerBlocks.length === 0 ? '' : cli.format(ANCHOR.formerly, { blocks: formerBlocks.join(', ') });
  const time = blockTime === undefined ? '-' : timeText(blockTime);
  const place = { block: blockNumber ?? '-', formerly, time, tx: txHash ?? '-' };
  cli.output.line(cli.format(ANCHOR.line, { state, size, ...place }));
}

/** The codes of failures since the newest final anchor, each once. */
function newFailures({ anchors }: AnchorsView): Set<string> {
  const final = anchors.findIndex(({ state }) => state === 'final');
  const newer = final < 0 ? anchors : anchors.slice(0, final);
  return new Set(newer.flatMap(({ failure }) => failure ?? []));
}

/** Requests an anchor once; the service anchors as soon as it can. */
async function retry(cli: Cli, { url }: Options): Promise<number> {
  const service = await serviceOf(cli.settings({ url }), cli.lang);
  const view = await fetchAnchors(service);
  const size = view.head.size.toString();
  const isComplete = stateSizes(view).final >= view.head.size;
  if (!isComplete) await requestAnchor(service);
  cli.output.line(cli.format(isComplete ? ANCHOR.complete : ANCHOR.requested, { size }));
  cli.output.json({ state: isComplete ? 'complete' : 'requested', size });
  return EXIT.ok;
}
