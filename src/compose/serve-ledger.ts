import { Ballast } from '../adapters/data-folder/ballast.ts';
import type { ChainEvent } from '../adapters/local-chain/supervisor.ts';
import type { CleanupStack } from '../http/cleanup-stack.ts';
import { BALLAST_BYTES } from '../log/disk-reserve.ts';
import { isOperator } from '../operations/key-faults.ts';
import type { LedgerFolder, LogKey } from '../operations/ports.ts';
import type { Trust } from '../protocol/trust.ts';
import { CHAIN_FAULTS } from '../text/chain.ts';
import type { LedgerError } from '../text/ledger-error.ts';
import { bilingual, type Message } from '../text/message.ts';
import { chainPlaces, connectChain, type LedgerChain, noNodeKnown, serveLocalChain } from './chain.ts';
import { openLedger, readPinnedNote } from './ledger.ts';
import { LEDGER_PARTS } from './parts.ts';
import type { Run, ServedLedger, ServeOptions } from './serve-options.ts';
import { spaceOf } from './space.ts';
import { orUndefined } from './timeouts.ts';

const WEI_PER_GWEI = 10n ** 9n;

/**
 * Stage 2: chain, witnesses and store are open, and nothing was cut off that an external head
 * covers.
 */
export async function openForService(
  { options, cleanup }: Run,
  folder: LedgerFolder,
  logKey: LogKey,
  onFailStop: (error: LedgerError) => void,
): Promise<ServedLedger> {
  const { onEvent, pinnedCheckpoint, witnessPolicy } = options;
  const { paths } = folder;
  const ballast = new Ballast(paths.ballast, BALLAST_BYTES);
  // LevelDB cannot be opened without writing
  if ((await spaceOf(paths)).freeBytes < ballast.sizeBytes) await ballast.release();
  const ledger = await openLedger(
    { folder, pinnedNote: readPinnedNote(pinnedCheckpoint), witnessPolicy },
    { purpose: 'serve', logKey, onFailStop, onTornTail: (tail) => onEvent({ type: 'torn-tail', ...tail }) },
    (identity) => connectForService(options, folder, identity, cleanup),
    cleanup,
  );
  const served = { ...ledger, chain: ledger.chain! };
  const fault = await chainKeyFault(served);
  if (fault !== undefined) onEvent({ type: 'chain-problem', ...fault });
  return served;
}

async function connectForService(
  { rpcUrls, chainPort, maxFeeGwei = 0, onEvent }: ServeOptions,
  folder: LedgerFolder,
  identity: Trust,
  cleanup: CleanupStack,
): Promise<LedgerChain> {
  const { paths } = folder;
  const onChainEvent = (event: ChainEvent) => onEvent({ type: 'chain', event });
  const startLocal = () => serveLocalChain({ folder, port: chainPort, onEvent: onChainEvent }, cleanup);
  const places = await chainPlaces(folder, identity, rpcUrls, startLocal);
  if (places.length === 0) {
    const { code, text } = noNodeKnown(paths);
    onEvent({ type: 'chain-problem', code, text });
    places.push(() => undefined);
  }
  return connectChain(
    identity,
    places,
    {
      privateKey: LEDGER_PARTS.keys.readChainKey(paths.chainKey),
      maxFeePerGas: maxFeeGwei > 0 ? BigInt(maxFeeGwei) * WEI_PER_GWEI : undefined,
      onNode: (node, problem) => {
        if (places.length === 1) return; // reported as a problem of the chain
        if (problem === undefined) onEvent({ type: 'chain-node-answers', node });
        else onEvent({ type: 'chain-node-problem', node, code: problem.code, text: problem.text });
      },
    },
    cleanup,
  );
}

/**
 * With the key of another account nothing can be anchored; registration continues all the same.
 * Where the chain is silent, what the folder says counts.
 */
async function chainKeyFault({
  folder,
  identity,
  chain,
  contract,
}: ServedLedger): Promise<{ code: string; text: Message } | undefined> {
  const { chainKey } = folder.paths;
  const account = LEDGER_PARTS.keys.accountOf(LEDGER_PARTS.keys.readChainKey(chainKey));
  const operator = contract === undefined ? undefined : await orUndefined(chain.contract.operator());
  const isOwn = operator === undefined ? isOperator(account, identity, folder.readRotations()) : operator === account;
  if (isOwn) return undefined;
  return {
    code: 'key-wrong',
    text: bilingual(CHAIN_FAULTS.otherAccount, { file: chainKey, account }),
  };
}
