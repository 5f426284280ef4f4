import { EXIT } from '../../text/exit-codes.ts';
import type { Command } from 'commander';
import { dataPaths } from '../../adapters/data-folder/data-folder.ts';
import { OPERATOR } from '../../text/operator.ts';
import type { Cli } from '../shell/context.ts';
import { type Finding, diagnose } from '../../operations/doctor.ts';
import { rpcUrlsOf } from '../settings/service-settings.ts';

/**
 * Looks at the surroundings and the ledger, changes nothing, and says what is wrong and what to do.
 * The service may run meanwhile.
 */
export function addCommand(program: Command, cli: Cli): void {
  program.command('doctor').action(cli.action(() => doctor(cli)));
}

async function doctor(cli: Cli): Promise<number> {
  const settings = cli.settings();
  const { dataDir, chainDir, diskReserveBytes, chainPort, witnessPolicy } = settings;
  const findings = await diagnose({
    paths: dataPaths(dataDir, chainDir),
    serviceUrl: settings.url,
    rpcUrls: rpcUrlsOf(undefined, settings),
    chainPort,
    diskReserveBytes,
    witnessPolicy,
    nowMs: Date.now(),
  });
  const hasProblem = findings.some(({ level }) => level === 'problem');
  for (const finding of findings) tell(cli, finding);
  cli.output.json({
    ok: !hasProblem,
    findings: findings.map(({ code, level, words, repair }) => ({
      code,
      level,
      message: words[cli.lang],
      ...(repair !== undefined && { repair: repair[cli.lang] }),
    })),
  });
  return hasProblem ? EXIT.inconsistent : EXIT.ok;
}

function tell(cli: Cli, { level, words, repair }: Finding): void {
  const style = { ok: 'good', warning: 'warn', problem: 'bad' } as const;
  const label = cli.format(
    { ok: OPERATOR.levelOk, warning: OPERATOR.levelWarning, problem: OPERATOR.levelProblem }[level],
  );
  cli.output.line(`${label}  ${words[cli.lang]}`, style[level]);
  if (repair !== undefined) cli.output.line(`    ${cli.format(OPERATOR.repair, { repair })}`);
}
