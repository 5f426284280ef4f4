import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { createWitnessKey } from '../adapters/keys/witness-key.ts';
import { createWitnessFolders, witnessPaths } from '../adapters/witness-state/witness-folder.ts';
import type { WitnessKey } from '../protocol/note/cosignature.ts';
import { isKeyName } from '../protocol/note/note.ts';
import { WitnessError } from '../witness/ports.ts';
import { stagingPath, removeStale, publishStaged } from '../adapters/files/staging.ts';

/**
 * Makes a witness that watches nothing yet: its key and its folder. Put together beside its place,
 * so that there is a whole one or none.
 */
export async function createWitness(dir: string, name: string): Promise<WitnessKey> {
  if (!isKeyName(name)) {
    throw new WitnessError('witness-name-invalid', 'a name must not be empty and has no space and no plus sign');
  }
  if (existsSync(witnessPaths(dir).logs))
    throw new WitnessError('witness-exists', `there is a witness in ${dir} already`);
  if (existsSync(dir) && readdirSync(dir).length > 0) {
    throw new WitnessError('folder-not-empty', `${dir} is not empty and holds no witness`);
  }
  removeStale(dir, 'init');
  mkdirSync(dirname(dir), { recursive: true });
  const staging = witnessPaths(stagingPath(dir, 'init'));
  mkdirSync(staging.dir, { mode: 0o700 });
  try {
    const { key } = createWitnessKey(staging.key, name);
    await createWitnessFolders(staging);
    await publishStaged(staging.dir, dir);
    return key;
  } catch (error) {
    rmSync(staging.dir, { recursive: true, force: true });
    throw error;
  }
}
