import type { Command } from 'commander';
import { argumentPaths } from '../../adapters/files/path-bytes.ts';
import type { Service } from '../../client/http.ts';
import { LogClient } from '../../client/log.ts';
import { HASHES } from '../../compose/hashes.ts';
import { VERIFY } from '../../text/help.ts';
import { chooseTrust, type TrustSettings } from '../../verifier/choose-trust.ts';
import { Judge } from '../../verifier/judge.ts';
import { NewestJudge } from '../../verifier/judge-newest.ts';
import { nodesByFetch, noNodes } from '../../verifier/nodes.ts';
import type { Cli } from '../shell/context.ts';
import { readNamedTrust } from '../tasks/trust-file.ts';
import { fileTrustMemory } from '../tasks/trust-memory.ts';
import { collectUrls, nodeSettings, rpcUrlsOf, serviceOf } from './service-settings.ts';

/** The flags of every command that judges receipts: which trust file, and what may be asked. */
export interface JudgingOptions {
  readonly trust?: string;
  readonly rpc?: readonly string[];
  readonly offline?: boolean;
  /** False: `--no-service`. */
  readonly service?: boolean;
  readonly requireTrust?: boolean;
  readonly url?: string;
}

export function addJudgingOptions(command: Command, cli: Cli): Command {
  return command
    .option('--trust <file>', cli.format(VERIFY.trust))
    .option('--rpc <url>', cli.format(VERIFY.rpc), collectUrls)
    .option('--offline', cli.format(VERIFY.offline))
    .option('--no-service', cli.format(VERIFY.noService))
    .option('--require-trust', cli.format(VERIFY.requireTrust))
    .option('--url <url>', cli.format(VERIFY.url));
}

/** What judges receipts, and the service that it may ask; undefined: nothing may be asked. */
export interface Judges {
  readonly judge: Judge;
  /** Completes outgrown receipts first. */
  readonly newestJudge: NewestJudge;
  readonly service: Service | undefined;
}

/** The judge that the flags describe, and the service that it may ask; undefined: offline. */
export async function judgeOf(cli: Cli, options: JudgingOptions): Promise<Judges> {
  const settings = cli.settings({ url: options.url });
  const rpcUrls = rpcUrlsOf(options.rpc, settings);
  const service =
    options.offline === true || options.service === false ? undefined : await serviceOf(settings, cli.lang);
  const [file] = argumentPaths(options.trust === undefined ? [] : [options.trust]);
  const trust: TrustSettings = {
    readNamed: file && (() => readNamedTrust(file)),
    memory: fileTrustMemory(settings.home),
    service,
    isOwnRequired: options.requireTrust === true,
  };
  const judge = new Judge({
    trustFor: (origin) => chooseTrust(trust, origin),
    askNodes: options.offline === true ? noNodes : nodesByFetch(nodeSettings(rpcUrls, settings, service)),
    log: service && new LogClient(service, HASHES.tree),
    sha256: HASHES.sha256,
    nowMs: Date.now,
  });
  return { judge, newestJudge: new NewestJudge(judge, service, HASHES), service };
}
