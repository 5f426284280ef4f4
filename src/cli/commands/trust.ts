import { EXIT } from '../../text/exit-codes.ts';
import { LedgerError } from '../../text/ledger-error.ts';
import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import { trustFingerprint, trustJson } from '../../protocol/trust-file.ts';
import type { Trust } from '../../protocol/trust.ts';
import { TRUST, TRUST_FACTS } from '../../text/trust.ts';
import type { Cli } from '../shell/context.ts';
import { argumentPaths, type PathBytes } from '../../adapters/files/path-bytes.ts';
import { collectUrls, serviceOf } from '../settings/service-settings.ts';
import { differenceJson, printDifference } from '../print/trust-difference.ts';
import { compareTrust, tryFetchRotations } from '../../verifier/compare-trust.ts';
import { trustFacts } from '../../verifier/trust-facts.ts';
import { requireOffered, requireTrustFile } from '../tasks/trust-file.ts';
import { addPolicy, type AddPolicyOptions } from '../tasks/trust-add-policy.ts';
import { type ExportOptions, exportTrust } from '../tasks/trust-export.ts';
import { pinBlocks, type PinBlockOptions } from '../tasks/trust-pin-block.ts';
import { pinCheckpoint, type PinCheckpointOptions } from '../tasks/trust-pin-checkpoint.ts';
import { type PinOptions, pinTrust } from '../tasks/trust-pin.ts';
import { rememberedPath } from '../tasks/trust-memory.ts';

interface UrlOptions {
  readonly url?: string;
}

export function addCommand(program: Command, cli: Cli): void {
  const trust = program.command('trust');
  trust
    .command('show')
    .description(cli.format(TRUST.show))
    .argument('[file]', cli.format(TRUST.shown))
    .option('--url <url>', cli.format(TRUST.url))
    .action(cli.action((file: string | undefined, options: UrlOptions) => show(cli, file, options)));
  trust
    .command('diff')
    .description(cli.format(TRUST.diff))
    .argument('[before]', cli.format(TRUST.before))
    .argument('[after]', cli.format(TRUST.after))
    .option('--url <url>', cli.format(TRUST.url))
    .action(
      cli.action((before: string | undefined, after: string | undefined, options: UrlOptions) =>
        diff(cli, before, after, options),
      ),
    );
  trust
    .command('pin')
    .description(cli.format(TRUST.pin))
    .option('--url <url>', cli.format(TRUST.url))
    .option('--sha256 <fingerprint>', cli.format(TRUST.sha256))
    .option('--out <file>', cli.format(TRUST.out))
    .action(cli.action((options: PinOptions) => pinTrust(cli, options)));
  trust
    .command('export')
    .description(cli.format(TRUST.export))
    .argument('<file>', cli.format(TRUST.exported))
    .argument('[receipts...]', cli.format(TRUST.receipts))
    .option('--url <url>', cli.format(TRUST.url))
    .option('--rpc <url>', cli.format(TRUST.rpc), collectUrls)
    .action(
      cli.action((file: string, receipts: string[], options: ExportOptions) =>
        exportTrust(cli, file, receipts, options),
      ),
    );
  trust
    .command('pin-block')
    .description(cli.format(TRUST.pinBlock))
    .argument('<receipts...>', cli.format(TRUST.receipts))
    .requiredOption('--trust <file>', cli.format(TRUST.file))
    .option('--rpc <url>', cli.format(TRUST.rpc), collectUrls)
    .action(cli.action((receipts: string[], options: PinBlockOptions) => pinBlocks(cli, receipts, options)));
  trust
    .command('pin-checkpoint')
    .description(cli.format(TRUST.pinCheckpoint))
    .requiredOption('--trust <file>', cli.format(TRUST.file))
    .option('--url <url>', cli.format(TRUST.url))
    .action(cli.action((options: PinCheckpointOptions) => pinCheckpoint(cli, options)));
  trust
    .command('add-policy')
    .description(cli.format(TRUST.addPolicy))
    .argument('<policy>', cli.format(TRUST.policy))
    .option('--url <url>', cli.format(TRUST.url))
    .option('--out <file>', cli.format(TRUST.policyOut))
    .action(cli.action((policy: string, options: AddPolicyOptions) => addPolicy(cli, policy, options)));
}

async function show(cli: Cli, file: string | undefined, { url }: UrlOptions): Promise<number> {
  const [path] = argumentPaths(file === undefined ? [] : [file]);
  const trust = await trustIn(cli, path, url);
  for (const fact of trustFacts(trust)) cli.output.line(cli.format(fact));
  for (const node of trust.chain.rpcUrls) cli.output.line(cli.format(TRUST_FACTS.node, { url: node }), 'dim');
  const sha256 = trustFingerprint(trust);
  cli.output.line(cli.format(TRUST_FACTS.sha256, { sha256 }), 'strong');
  cli.output.json({ sha256, trust: trustJson(trust) });
  return EXIT.ok;
}

/** Exit 0 where both have the same fingerprint, else 6. */
async function diff(cli: Cli, older: string | undefined, newer: string | undefined, { url }: UrlOptions) {
  const [olderPath, newerPath] = argumentPaths([older, newer].filter((file) => file !== undefined));
  const after = await trustIn(cli, newerPath, url);
  const settings = cli.settings({ url });
  const path = Buffer.from(rememberedPath(settings.home, after.log.origin));
  if (olderPath === undefined && !existsSync(path)) throw new LedgerError('trust-not-remembered');
  const before = await requireTrustFile(olderPath ?? path);
  const rotations = await tryFetchRotations(await serviceOf(settings, cli.lang));
  const difference = compareTrust(before, after, rotations);
  if (difference === undefined) {
    const sha256 = trustFingerprint(after);
    cli.output.line(cli.format(TRUST.same, { sha256 }), 'good');
    cli.output.json({ same: true, sha256: { before: sha256, after: sha256 } });
    return EXIT.ok;
  }
  printDifference(cli, difference, rotations);
  cli.output.json(differenceJson(difference, cli));
  return EXIT.indeterminate;
}

/** The trust file that is named, or what the service offers. */
async function trustIn(cli: Cli, file: PathBytes | undefined, url: string | undefined): Promise<Trust> {
  if (file !== undefined) return requireTrustFile(file);
  return (await requireOffered(await serviceOf(cli.settings({ url }), cli.lang))).value;
}
