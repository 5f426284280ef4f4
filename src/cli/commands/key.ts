import { EXIT } from '../../text/exit-codes.ts';
import { LedgerError } from '../../text/ledger-error.ts';
import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import { type DataPaths, dataPaths, requireLedger, readIdentity } from '../../adapters/data-folder/data-folder.ts';
import { completeKeyChange } from '../../adapters/data-folder/key-change.ts';
import { readPendingExternalCheck } from '../../adapters/data-folder/pending-external-check.ts';
import { acquireFileLock } from '../../adapters/files/file-lock.ts';
import { readWitnessPolicy } from '../../adapters/witness-client/policy-file.ts';
import { parseDecimal } from '../../protocol/encoding/decimal.ts';
import { ProtocolError } from '../../protocol/encoding/errors.ts';
import { type Trust, trustFingerprint } from '../../protocol/trust.ts';
import { formatVkey, type VerifierKey } from '../../protocol/note/vkey.ts';
import { KEYS } from '../../text/keys.ts';
import { OPERATOR } from '../../text/operator.ts';
import type { Cli } from '../shell/context.ts';
import { rpcUrlsOf } from '../settings/service-settings.ts';
import { requireExternalAgreement, type KeysPlace, openForKeys } from '../../operations/open-for-keys.ts';
import { finalBlock, finalBlockOf } from '../../operations/final-block.ts';
import { withLedgerErrors } from '../shell/errors.ts';
import { reopenLog, rotateChainKey } from '../../operations/rotate-chain-key.ts';
import { revokeLogKey, rotateLogKey } from '../../operations/rotate-log-key.ts';

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
    .action(
      cli.action((flags: RotateFlags) =>
        changing(cli, (paths, identity, offered) => rotateLog(cli, paths, identity, offered, flags)),
      ),
    );
  rotate
    .command('chain')
    .description(cli.format(KEYS.rotateChain))
    .action(cli.action(() => changing(cli, (paths, identity) => rotateChain(cli, paths, identity))));
  key
    .command('reopen')
    .description(cli.format(KEYS.reopen))
    .action(cli.action(() => changing(cli, (...change) => reopen(cli, ...change))));
  key
    .command('revoke')
    .description(cli.format(KEYS.revoke))
    .argument('<key-id>', cli.format(KEYS.keyId))
    .requiredOption('--at <block>', cli.format(KEYS.at))
    .action(
      cli.action((keyId: string, { at }: { readonly at: string }) =>
        changing(cli, (paths, identity, offered) => revoke(cli, paths, identity, offered, keyId, at)),
      ),
    );
}

/**
 * What the service will offer once it runs on this: people compare its fingerprint, so the witness
 * policy of the settings belongs to it.
 */
type Offer = (trust: Trust) => Trust;
type Change = (paths: DataPaths, identity: Trust, offered: Offer) => Promise<void>;

/**
 * Under the lock of the folder. A change that was decided before is completed, and then nothing
 * else is done: it may be the one that is asked for.
 */
function changing(cli: Cli, body: Change): Promise<number> {
  return withLedgerErrors(async () => {
    const { dataDir, chainDir, witnessPolicy } = cli.settings();
    const paths = dataPaths(dataDir, chainDir);
    requireLedger(paths);
    // before anything is changed: a policy that cannot be read is no reason to stop half-way
    const asking = witnessPolicy === undefined ? undefined : readWitnessPolicy(witnessPolicy, readIdentity(paths));
    const offered: Offer = (trust) => (asking === undefined ? trust : { ...trust, witnessPolicy: asking.policy });
    const lock = acquireFileLock(paths.lock);
    try {
      if (existsSync(paths.keyChange)) {
        await completeKeyChange(paths);
        cli.output.line(cli.format(KEYS.completed), 'good');
        const trust = offered(readIdentity(paths));
        printTrust(cli, trust);
        cli.output.json({ completed: true, trust: { sha256: trustFingerprint(trust) } });
        return EXIT.ok;
      }
      if (readPendingExternalCheck(paths) !== undefined) {
        throw new LedgerError('outside-head-missing', {
          detail: 'after a restore, start the service first: one outside must agree',
        });
      }
      await body(paths, readIdentity(paths), offered);
      return EXIT.ok;
    } finally {
      lock.release();
    }
  });
}

function placeOf(cli: Cli): KeysPlace {
  const settings = cli.settings();
  const { chainPort, pinnedCheckpoint, witnessPolicy } = settings;
  return {
    rpcUrls: rpcUrlsOf(undefined, settings),
    chainPort,
    pinnedCheckpoint,
    witnessPolicy,
    onTornTail: ({ file, offset, lengthBytes: bytes }) =>
      cli.output.notice(cli.format(OPERATOR.tornTail, { file, offset, bytes }), 'warn'),
  };
}

async function rotateLog(
  cli: Cli,
  paths: DataPaths,
  identity: Trust,
  offered: Offer,
  flags: RotateFlags,
): Promise<void> {
  const { revokeOldAt: block, acceptUnheard: isUncheckedAccepted } = flags;
  const revokedAtBlock = block === undefined ? undefined : blockNumber('--revoke-old-at', block);
  await openForKeys(paths, identity, placeOf(cli), async (opened) => {
    const { store, contract, newestAnchor } = opened;
    const head = store.head();
    await requireExternalAgreement(opened, { isUncheckedAccepted });
    if (revokedAtBlock !== undefined) requireFinal(cli, '--revoke-old-at', revokedAtBlock, await finalBlockOf(opened));
    const done = await rotateLogKey(paths, identity, { headSize: head.size, revokedAtBlock, nowMs: Date.now() });
    const [old, next] = [keyIdOf(done.oldKey), keyIdOf(done.newKey)];
    cli.output.line(cli.format(KEYS.logRotated, { old, last: head.size, next, from: done.fromSize }), 'good');
    if (revokedAtBlock !== undefined) printRevoked(cli, old, revokedAtBlock);
    if (newestAnchor !== undefined) cli.output.notice(cli.format(KEYS.newestAnchor, newestAnchor));
    const heard = 'problem' in contract ? undefined : contract.size;
    if ('problem' in contract)
      cli.output.notice(cli.format(KEYS.chainUnchecked, { message: contract.problem.message }), 'warn');
    else cli.output.notice(cli.format(KEYS.confirmed, { size: contract.size, head: head.size }));
    cli.output.notice(cli.format(KEYS.oldKept, { dir: paths.keys }));
    const trust = offered(done.trust);
    printTrust(cli, trust);
    cli.output.json({
      oldKey: formatVkey(done.oldKey),
      newKey: formatVkey(done.newKey),
      fromSize: done.fromSize.toString(),
      revokedAtBlock: revokedAtBlock?.toString() ?? null,
      confirmedSize: heard?.toString() ?? null,
      trust: { sha256: trustFingerprint(trust) },
    });
  });
}

async function rotateChain(cli: Cli, paths: DataPaths, identity: Trust): Promise<void> {
  await openForKeys(paths, identity, placeOf(cli), async (opened) => {
    const done = await rotateChainKey({ ...opened, ...requireChain(opened), paths, identity });
    cli.output.line(cli.format(KEYS.chainRotated, { ...done }), 'good');
    cli.output.notice(cli.format(KEYS.oldKept, { dir: paths.keys }));
    cli.output.json({ ...done });
  });
}

async function reopen(cli: Cli, paths: DataPaths, identity: Trust, offered: Offer): Promise<void> {
  await openForKeys(paths, identity, placeOf(cli), async (opened) => {
    const { trust: reopened, ...done } = await reopenLog({ ...opened, ...requireChain(opened), paths, identity });
    const trust = offered(reopened);
    const { logId, to, fromSize } = done;
    cli.output.line(cli.format(KEYS.reopened, { logId, to, from: fromSize }), 'good');
    cli.output.notice(cli.format(KEYS.oldKept, { dir: paths.keys }));
    printTrust(cli, trust);
    cli.output.json({ ...done, fromSize: fromSize.toString(), trust: { sha256: trustFingerprint(trust) } });
  });
}

async function revoke(
  cli: Cli,
  paths: DataPaths,
  identity: Trust,
  offered: Offer,
  keyId: string,
  at: string,
): Promise<void> {
  const revokedAtBlock = blockNumber('--at', at);
  requireFinal(cli, '--at', revokedAtBlock, await finalBlock(paths, identity, placeOf(cli)));
  const trust = offered(await revokeLogKey(paths, identity, { keyId, revokedAtBlock }));
  printRevoked(cli, keyId, revokedAtBlock);
  printTrust(cli, trust);
  const sha256 = trustFingerprint(trust);
  cli.output.json({ keyId, revokedAtBlock: revokedAtBlock.toString(), trust: { sha256 } });
}

function printRevoked(cli: Cli, id: string, block: bigint): void {
  cli.output.line(cli.format(KEYS.revoked, { id, block }), 'good');
  cli.output.notice(cli.format(KEYS.stillToCover));
}

function printTrust(cli: Cli, trust: Trust): void {
  cli.output.line(cli.format(KEYS.trustIs, { sha256: trustFingerprint(trust) }), 'strong');
  cli.output.notice(cli.format(KEYS.tell));
}

function requireChain<T>({ chain }: { readonly chain: T | LedgerError }): T {
  if (chain instanceof LedgerError) throw chain;
  return chain;
}

function keyIdOf(key: VerifierKey): string {
  return formatVkey(key).split('+')[1]!;
}

/**
 * What is still to come must not be what a stolen key counts by. Where the chain is silent the
 * operator's word is taken: a revocation must not wait.
 */
function requireFinal(cli: Cli, name: string, block: bigint, final: bigint | LedgerError): void {
  if (final instanceof LedgerError)
    cli.output.notice(cli.format(KEYS.blockUnchecked, { message: final.message }), 'warn');
  else if (block > final) throw new LedgerError('block-not-final', { name, block, final });
}

function blockNumber(name: string, text: string): bigint {
  try {
    return parseDecimal(name, text);
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    throw new LedgerError('block-number-wrong', { name, value: text.slice(0, 80) });
  }
}
