import type { Command } from 'commander';
import { type AnchorsView, fetchAnchors, requestAnchor } from '../../src/client/service.ts';
import { ANCHOR, chainAdvice } from '../../src/text/anchor.ts';
import type { Cli } from '../cli/context.ts';
import { EXIT } from '../cli/failure.ts';
import { serviceFailure } from '../cli/service-failure.ts';
import { serviceOf } from '../cli/service-settings.ts';

interface Options {
  readonly url?: string;
}

export function addCommand(program: Command, cli: Cli): void {
  const anchor = program.command('anchor');
  anchor
    .command('status')
    .description(cli.say(ANCHOR.status))
    .option('--url <url>', cli.say(ANCHOR.url))
    .action(cli.action(async (options: Options) => guarded(async () => status(cli, options))));
  anchor
    .command('retry')
    .description(cli.say(ANCHOR.retry))
    .option('--url <url>', cli.say(ANCHOR.url))
    .action(cli.action(async (options: Options) => guarded(async () => retry(cli, options))));
}

/** Exit 4 as long as a record has no final anchor. */
async function status(cli: Cli, { url }: Options): Promise<number> {
  const view = await fetchAnchors(await serviceOf(cli.settings({ url }), cli.lang));
  const { head, anchors, chain } = view;
  const final = finalSize(view);
  cli.output.line(cli.say(ANCHOR.covered, { size: head.size, final }), 'strong');
  if (chain.isReachable) cli.output.line(cli.say(ANCHOR.chainOk));
  else cli.output.line(cli.say(ANCHOR.chainAway, { code: chain.problem ?? '-' }), 'warn');
  const advice = chainAdvice(chain.problem ?? '');
  if (advice !== undefined) cli.output.line(cli.say(advice));
  for (const { state, size, blockNumber, blockTime, txHash, failure } of anchors) {
    const said = failure === undefined ? state : `${state} (${failure})`;
    const values = { state: said, size, block: blockNumber ?? '-', time: blockTime ?? '-', tx: txHash ?? '-' };
    cli.output.line(cli.say(ANCHOR.line, values));
  }
  cli.output.json({
    size: head.size.toString(),
    finalSize: final.toString(),
    chain: { reachable: chain.isReachable, problem: chain.problem ?? null },
    anchors: anchors.map((anchor) => ({ ...anchor, size: anchor.size.toString() })),
  });
  return final >= head.size ? EXIT.ok : EXIT.pending;
}

/** Asks once; the service anchors as soon as it can. */
async function retry(cli: Cli, { url }: Options): Promise<number> {
  const service = await serviceOf(cli.settings({ url }), cli.lang);
  const view = await fetchAnchors(service);
  const size = view.head.size.toString();
  const isComplete = finalSize(view) >= view.head.size;
  if (!isComplete) await requestAnchor(service);
  cli.output.line(cli.say(isComplete ? ANCHOR.complete : ANCHOR.requested, { size }));
  cli.output.json({ state: isComplete ? 'complete' : 'requested', size });
  return EXIT.ok;
}

function finalSize({ anchors }: AnchorsView): bigint {
  return anchors.reduce((most, { state, size }) => (state === 'final' && size > most ? size : most), 0n);
}

async function guarded(body: () => Promise<number>): Promise<number> {
  try {
    return await body();
  } catch (error) {
    throw serviceFailure(error);
  }
}
