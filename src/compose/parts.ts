import { accessFiles } from '../adapters/access-files/access-files.ts';
import { ledgerFolder } from '../adapters/data-folder/ledger-folder.ts';
import { ContentStore } from '../adapters/embedded-store/contents/content-store.ts';
import { embeddedStorage } from '../adapters/embedded-store/engine.ts';
import { isAnchorOf } from '../adapters/ethereum/anchor-call.ts';
import { accountOf, drawChainKey } from '../adapters/ethereum/operator.ts';
import { readSecretFile, writeSecretFile } from '../adapters/files/secret-file.ts';
import { createFolder, publishStaged, removeStale, stagingPath } from '../adapters/files/staging.ts';
import { syncFolder } from '../adapters/files/sync-folder.ts';
import { createChainKey, readChainKey } from '../adapters/keys/chain-key.ts';
import { createLogKey, readLogKey } from '../adapters/keys/log-key.ts';
import { copyJournal } from '../adapters/local-chain/journal.ts';
import { journalPath, settingsPath } from '../adapters/local-chain/settings.ts';
import { nodeSha256, nodeTreeHasher } from '../adapters/node-crypto/node-hashes.ts';
import type { KeyFiles, LedgerParts, LocalChainFiles } from '../operations/ports.ts';

const KEY_FILES: KeyFiles = {
  createLogKey,
  readLogKey,
  createChainKey: (path, privateKey = drawChainKey()) => createChainKey(path, privateKey),
  readChainKey,
  accountOf,
  copySecret(from, to) {
    const text = `${readSecretFile(from)}\n`;
    writeSecretFile(to, text);
    return Buffer.from(text);
  },
};

const LOCAL_CHAIN_FILES: LocalChainFiles = {
  journalPath,
  settingsPath,
  async copyJournal(from, to, contract, anchors) {
    await copyJournal(from, to, (raw) => !anchors.has(raw) && isAnchorOf(contract, raw));
  },
};

/** The one place that chooses what a ledger is kept in: another storage engine is chosen here. */
export const LEDGER_PARTS: LedgerParts = {
  folderAt: ledgerFolder,
  engineIn: (dir) => embeddedStorage(dir, { hash: nodeSha256, hasher: nodeTreeHasher }),
  contentsIn: (folder) => new ContentStore(folder),
  accessIn: accessFiles,
  hash: nodeSha256,
  keys: KEY_FILES,
  localChain: LOCAL_CHAIN_FILES,
  staging: { create: createFolder, pathFor: stagingPath, removeStale, publish: publishStaged, sync: syncFolder },
};
