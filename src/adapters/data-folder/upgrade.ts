import type { DataPaths } from '../../operations/ports.ts';
import { replaceFile } from '../files/replace-file.ts';
import { DATA_VERSION, readVersion, versionUnknown } from './data-folder.ts';

/**
 * Brings the layout from one version to the next. It may be killed anywhere and is then run again
 * from its beginning, on what it left: so each of its effects must be able to happen twice, and be
 * durable when it resolves.
 */
export type UpgradeStep = (paths: DataPaths) => Promise<void>;

/** The steps by the version that they start from. */
export type Upgrades = Readonly<Record<number, UpgradeStep>>;
const UPGRADES: Upgrades = {
  // nothing to change: version 2 only adds a kind of frames
  1: async () => {},
};

/**
 * Brings a folder to the version of this program, step by step; the caller holds its lock. Resolves
 * to the version that it had. Fails with `ledger-version`, having changed nothing, where the folder
 * is newer or there is no step from its version.
 */
export async function upgradeFolder(paths: DataPaths, upgrades = UPGRADES, to: number = DATA_VERSION): Promise<number> {
  const found = readVersion(paths);
  for (let version = found; version !== to; version++) {
    if (version > to || upgrades[version] === undefined) throw versionUnknown(paths, found, to);
  }
  for (let version = found; version < to; version++) {
    await upgrades[version]!(paths);
    // A crash up to here runs the step again; after it, the next one.
    await replaceFile(paths.version, `${version + 1}\n`, { mode: 0o666 });
  }
  return found;
}
