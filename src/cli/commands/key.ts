import { join } from 'node:path';
import type { Command } from 'commander';
import {
  type KeyChangeOutcome,
  type KeySettings,
  type LogKeyChange,
  type NamedBlock,
  reopenLog,
  revokeLogKey,
  rotateChainKey,
  rotateLogKey,
} from '../../compose/keys.ts';
import { parseDecimal } from '../../protocol/encoding/decimal.ts';
import { ProtocolError } from '../../protocol/encoding/errors.ts';
import { formatVkey, type VerifierKey } from '../../protocol/note/vkey.ts';
import { trustFingerprint } from '../../protocol/trust-file.ts';
import type { Trust } from '../../protocol/trust.ts';
import { EXIT } from '../../text/exit-codes.ts';
import { KEYS } from '../../text/keys.ts';
import { LedgerError } from '../../text/ledger-error.ts';
import { OPERATOR } from '../../text/operator.ts';
import { rpcUrlsOf } from '../settings/service-settings.ts';
import type { Cli } from '../shell/context.ts';
import { withLedgerErrors } from '../shell/errors.ts';

interface RotateFlags {
  readonly revokeOldAt?: string;
  readonly acceptUnheard: boolean;
}

export function addCommand(program: Command, cli: Cli): void {
  const key = program.command('key');
  const rotate = key.command('rotate').description(cli.format(KEYS.rotate));
  rotate
    .command('log')
    .description(cli.format(KEYS.rotateLog))
    .option('--revoke-old-at <block>', cli.format(KEYS.revokeOldAt))
    .option('--accept-unheard', cli.format(KEYS.acceptUnchecked), false)
    .action(cli.action((flags: RotateFlags) => withLedgerErrors(() => rotateLog(cli, flags))));
  rotate
    .command('chain')
    .description(cli.format(KEYS.rotateChain))
    .action(cli.action(() => withLedgerErrors(() => rotateChain(cli))));
  key
    .command('reopen')
    .description(cli.format(KEYS.reopen))
    .action(cli.action(() => withLedgerErrors(() => reopen(cli))));
  key
    .command('revoke')
    .description(cli.format(KEYS.revoke))
    .argument('<key-id>', cli.format(KEYS.keyId))
    .requiredOption('--at <block>', cli.format(KEYS.at))
    .action(
      cli.action((keyId: string, { at }: { readonly at: string }) => withLedgerErrors(() => revoke(cli, keyId, at))),
    );
}

async function rotateLog(cli: Cli, flags: RotateFlags): Promise<number> {
  const { revokeOldAt: block, acceptUnheard } = flags;
  const revokeOldAt = block === undefined ? undefined : blockOf('--revoke-old-at', block);
  const settings = keySettings(cli);
  const outcome = await rotateLogKey(settings, {
    revokeOldAt,
    acceptsUnchecked: acceptUnheard,
    onUnchecked: (problem) => printUnchecked(cli, problem),
  });
  return printOutcome(cli, outcome, (done) => printLogRotated(cli, settings, done, revokeOldAt));
}

function printLogRotated(
  cli: Cli,
  { dataDir }: KeySettings,
  done: LogKeyChange,
  revokedAt: NamedBlock | undefined,
): void {
  const { oldKey, newKey, fromSize, headSize, contract, newestAnchor, trust } = done;
  const [old, next] = [keyIdOf(oldKey), keyIdOf(newKey)];
  cli.output.line(cli.format(KEYS.logRotated, { old, last: headSize, next, from: fromSize }), 'good');
  if (revokedAt !== undefined) printRevoked(cli, old, revokedAt.number);
  if (newestAnchor !== undefined) cli.output.notice(cli.format(KEYS.newestAnchor, newestAnchor));
  const confirmed = contract instanceof LedgerError ? undefined : contract.size;
  if (contract instanceof LedgerError)
    cli.output.notice(cli.format(KEYS.chainUnchecked, { message: contract.text }), 'warn');
  else cli.output.notice(cli.format(KEYS.confirmed, { size: contract.size, head: headSize }));
  printOldKept(cli, dataDir);
  printTrust(cli, trust);
  cli.output.json({
    oldKey: formatVkey(oldKey),
    newKey: formatVkey(newKey),
    fromSize: fromSize.toString(),
    revokedAtBlock: revokedAt?.number.toString() ?? null,
    confirmedSize: confirmed?.toString() ?? null,
    trust: { sha256: trustFingerprint(trust) },
  });
}

async function rotateChain(cli: Cli): Promise<number> {
  const settings = keySettings(cli);
  return printOutcome(cli, await rotateChainKey(settings), (done) => {
    cli.output.line(cli.format(KEYS.chainRotated, { ...done }), 'good');
    printOldKept(cli, settings.dataDir);
    cli.output.json({ ...done });
  });
}

async function reopen(cli: Cli): Promise<number> {
  const settings = keySettings(cli);
  return printOutcome(cli, await reopenLog(settings), ({ trust, ...done }) => {
    const { logId, to, fromSize } = done;
    cli.output.line(cli.format(KEYS.reopened, { logId, to, from: fromSize }), 'good');
    printOldKept(cli, settings.dataDir);
    printTrust(cli, trust);
    cli.output.json({ ...done, fromSize: fromSize.toString(), trust: { sha256: trustFingerprint(trust) } });
  });
}

async function revoke(cli: Cli, keyId: string, at: string): Promise<number> {
  const block = blockOf('--at', at);
  const onUnchecked = (problem: LedgerError) => printUnchecked(cli, problem);
  return printOutcome(cli, await revokeLogKey(keySettings(cli), { keyId, at: block, onUnchecked }), (trust) => {
    printRevoked(cli, keyId, block.number);
    printTrust(cli, trust);
    const sha256 = trustFingerprint(trust);
    cli.output.json({ keyId, revokedAtBlock: block.number.toString(), trust: { sha256 } });
  });
}

function keySettings(cli: Cli): KeySettings {
  const settings = cli.settings();
  return {
    ...settings,
    rpcUrls: rpcUrlsOf(undefined, settings),
    onTornTail: ({ file, offset, lengthBytes: bytes }) =>
      cli.output.notice(cli.format(OPERATOR.tornTail, { file, offset, bytes }), 'warn'),
  };
}

function printOutcome<T>(cli: Cli, outcome: KeyChangeOutcome<T>, print: (result: T) => void): number {
  if (outcome.status === 'changed') print(outcome.result);
  else {
    cli.output.line(cli.format(KEYS.completed), 'good');
    printTrust(cli, outcome.trust);
    cli.output.json({ completed: true, trust: { sha256: trustFingerprint(outcome.trust) } });
  }
  return EXIT.ok;
}

function printOldKept(cli: Cli, dataDir: string): void {
  cli.output.notice(cli.format(KEYS.oldKept, { dir: join(dataDir, 'keys') }));
}

function printRevoked(cli: Cli, id: string, block: bigint): void {
  cli.output.line(cli.format(KEYS.revoked, { id, block }), 'good');
  cli.output.notice(cli.format(KEYS.stillToCover));
}

function printUnchecked(cli: Cli, problem: LedgerError): void {
  cli.output.notice(cli.format(KEYS.blockUnchecked, { message: problem.text }), 'warn');
}

function printTrust(cli: Cli, trust: Trust): void {
  cli.output.line(cli.format(KEYS.trustIs, { sha256: trustFingerprint(trust) }), 'strong');
  cli.output.notice(cli.format(KEYS.announce));
}

function keyIdOf(key: VerifierKey): string {
  return formatVkey(key).split('+')[1]!;
}

function blockOf(option: string, text: string): NamedBlock {
  try {
    return { option, number: parseDecimal(option, text) };
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    throw new LedgerError('block-number-wrong', { name: option, value: text.slice(0, 80) });
  }
}
