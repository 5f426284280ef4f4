import type { Command } from 'commander';
import { VERIFY } from '../../text/help.ts';
import type { Cli } from '../shell/context.ts';
import { argumentPaths } from '../../adapters/files/path-bytes.ts';
import { collectUrls, rpcUrlsOf, serviceOf } from './service-settings.ts';
import type { VerificationSettings } from '../../verifier/judge.ts';

/** The flags of every command that judges receipts: whom to trust, and whom to ask. */
export interface JudgingOptions {
  readonly trust?: string;
  readonly rpc?: readonly string[];
  readonly offline?: boolean;
  readonly requireTrust?: boolean;
  readonly url?: string;
}

export function addJudgingOptions(command: Command, cli: Cli): Command {
  return command
    .option('--trust <file>', cli.format(VERIFY.trust))
    .option('--rpc <url>', cli.format(VERIFY.rpc), collectUrls)
    .option('--offline', cli.format(VERIFY.offline))
    .option('--require-trust', cli.format(VERIFY.requireTrust))
    .option('--url <url>', cli.format(VERIFY.url));
}

export async function verificationSettings(cli: Cli, options: JudgingOptions): Promise<VerificationSettings> {
  const settings = cli.settings({ url: options.url });
  const isOffline = options.offline === true;
  return {
    isOffline,
    rpcUrls: rpcUrlsOf(options.rpc, settings),
    trust: {
      file: argumentPaths(options.trust === undefined ? [] : [options.trust])[0],
      home: settings.home,
      service: isOffline ? undefined : await serviceOf(settings, cli.lang),
      isOwnRequired: options.requireTrust === true,
    },
  };
}
