import { writeFileSync } from 'node:fs';
import type { LedgerFolder } from '../../operations/ports.ts';
import { trustJson } from '../../protocol/trust-file.ts';
import {
  DATA_VERSION,
  dataPaths,
  hasLedger,
  hasLocalChain,
  readIdentity,
  requireLedger,
  sealIdentity,
  writeIdentity,
} from './data-folder.ts';
import { changeKeys, makeNextKey, readRotations } from './key-change.ts';
import {
  readPendingExternalCheck,
  removePendingExternalCheck,
  writePendingExternalCheck,
} from './pending-external-check.ts';
import { confirmChain, markProvisional, removeProvisionalChain } from './provisional-chain.ts';

/** The data folder of this package, bound to one place, as the operations use it. */
export function ledgerFolder(dir: string, chainDir?: string): LedgerFolder {
  const paths = dataPaths(dir, chainDir);
  const keyPaths = { log: paths.logKey, chain: paths.chainKey };
  return {
    paths,
    hasLedger: () => hasLedger(paths),
    requireLedger: () => requireLedger(paths),
    hasLocalChain: () => hasLocalChain(paths),
    readIdentity: () => readIdentity(paths),
    writeIdentity: (trust) => writeIdentity(paths, `${JSON.stringify(trustJson(trust), null, 2)}\n`),
    sealIdentity: () => sealIdentity(paths),
    writeVersion: () => writeFileSync(paths.version, `${DATA_VERSION}\n`, { flag: 'wx', flush: true }),
    readRotations: () => readRotations(paths),
    makeNextKey: (name, create) => makeNextKey(paths, keyPaths[name], create),
    changeKeys: (change) => changeKeys(paths, change),
    writePendingExternalCheck: (check) => writePendingExternalCheck(paths, check),
    readPendingExternalCheck: () => readPendingExternalCheck(paths),
    removePendingExternalCheck: () => removePendingExternalCheck(paths),
    markProvisional,
    confirmChain: () => confirmChain(paths),
    removeProvisionalChain: () => removeProvisionalChain(paths),
  };
}
