import { EXIT } from '../../text/exit-codes.ts';
import type { Command } from 'commander';
import { type AnchorsView, fetchAnchors, requestAnchor } from '../../client/anchors.ts';
import { stateSizes } from '../../registrar/state-wait.ts';
import { ANCHOR, chainAdvice } from '../../text/anchor.ts';
import type { Cli } from '../shell/context.ts';
import { serviceOf } from '../settings/service-settings.ts';

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
  const { final } = stateSizes(view);
  cli.output.line(cli.format(ANCHOR.covered, { size: head.size, final }), 'strong');
  printChainState(cli, chain);
  for (const { state, size, blockNumber, blockTime, txHash, failure, formerBlocks } of anchors) {
    const said = failure === undefined ? state : `${state} (${failure})`;
    const formerly = formerBlocks.length === 0 ? '' : cli.format(ANCHOR.formerly, { blocks: formerBlocks.join(', ') });
    const place = { block: blockNumber ?? '-', formerly, time: blockTime ?? '-', tx: txHash ?? '-' };
    cli.output.line(cli.format(ANCHOR.line, { state: said, size, ...place }));
  }
  for (const advice of [...newFailures(view)].map(chainAdvice)) {
    if (advice !== undefined) cli.output.line(cli.format(advice));
  }
  cli.output.json({
    size: head.size.toString(),
    finalSize: final.toString(),
    chain: { reachable: chain.isReachable, problem: chain.problem ?? null },
    anchors: anchors.map((anchor) => ({ ...anchor, size: anchor.size.toString() })),
  });
  return final >= head.size ? EXIT.ok : EXIT.pending;
}

/** A chain that answers may still not take anchors, and then something is to be done. */
function printChainState(cli: Cli, { isReachable, problem: code = '-' }: AnchorsView['chain']): void {
  if (isReachable) return cli.output.line(cli.format(ANCHOR.chainOk));
  const advice = chainAdvice(code);
  if (advice === undefined) return cli.output.line(cli.format(ANCHOR.chainAway, { code }), 'warn');
  cli.output.line(cli.format(ANCHOR.waits, { code }), 'warn');
  cli.output.line(cli.format(advice));
}

/** Codes of what failed since the newest final anchor, each once. */
function newFailures({ anchors }: AnchorsView): Set<string> {
  const final = anchors.findIndex(({ state }) => state === 'final');
  const newer = final < 0 ? anchors : anchors.slice(0, final);
  return new Set(newer.flatMap(({ failure }) => failure ?? []));
}

/** Asks once; the service anchors as soon as it can. */
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
