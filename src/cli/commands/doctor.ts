import type { Command } from 'commander';
import { diagnoseLedger } from '../../compose/doctor.ts';
import type { Finding } from '../../operations/doctor/finding.ts';
import { EXIT } from '../../text/exit-codes.ts';
import { OPERATOR } from '../../text/operator.ts';
import { rpcUrlsOf } from '../settings/service-settings.ts';
import type { Cli } from '../shell/context.ts';

/**
 * Examines a ledger and its surroundings, changes nothing, and prints what is wrong and what to do.
 */
export function addCommand(program: Command, cli: Cli): void {
  program.command('doctor').action(cli.action(() => doctor(cli)));
}

async function doctor(cli: Cli): Promise<number> {
  const settings = cli.settings();
  const { dataDir, chainDir, diskReserveBytes, chainPort, witnessPolicy, backupDir } = settings;
  const { tlsCert, tlsKey, behindProxy, insecureHttp } = settings;
  const findings = await diagnoseLedger({
    dataDir,
    chainDir,
    serviceUrl: settings.url,
    rpcUrls: rpcUrlsOf(undefined, settings),
    chainPort,
    diskReserveBytes,
    witnessPolicy,
    backupDir,
    tlsCert,
    tlsKey,
    behindProxy,
    insecureHttp,
    verifyUrl: settings.verifyUrl,
    nowMs: Date.now(),
  });
  const hasProblem = findings.some(({ level }) => level === 'problem');
  for (const finding of findings) printFinding(cli, finding);
  cli.output.json({
    ok: !hasProblem,
    findings: findings.map(({ code, level, text, repair }) => ({
      code,
      level,
      message: text[cli.lang],
      ...(repair !== undefined && { repair: repair[cli.lang] }),
    })),
  });
  return hasProblem ? EXIT.inconsistent : EXIT.ok;
}

const LEVELS = {
  ok: { label: OPERATOR.levelOk, style: 'good' },
  warning: { label: OPERATOR.levelWarning, style: 'warn' },
  problem: { label: OPERATOR.levelProblem, style: 'bad' },
} as const;

function printFinding(cli: Cli, { level, text, repair }: Finding): void {
  const { label, style } = LEVELS[level];
  cli.output.line(`${cli.format(label)}  ${text[cli.lang]}`, style);
  if (repair !== undefined) cli.output.line(`    ${cli.format(OPERATOR.repair, { repair })}`);
}
