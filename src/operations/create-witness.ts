import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { createWitnessKey } from '../adapters/keyfile/witness-key.ts';
import { createWitnessFolders, witnessPaths } from '../adapters/witness-state/witness-folder.ts';
import type { WitnessKey } from '../protocol/note/cosignature.ts';
import { isKeyName } from '../protocol/note/note.ts';
import { WitnessError } from '../witness/ports.ts';
import { buildingName, removeAbandoned, takeName } from './building-folder.ts';

/** Makes a witness that watches nothing yet: its key and its folder. Put together beside its place, so that there is a whole one or none. */
export async function createWitness(dir: string, name: string): Promise<WitnessKey> {
  if (!isKeyName(name)) {
    throw new WitnessError('witness-name-invalid', 'a name must not be empty and has no space and no plus sign');
  }
  if (existsSync(witnessPaths(dir).logs))
    throw new WitnessError('witness-exists', `there is a witness in ${dir} already`);
  if (existsSync(dir) && readdirSync(dir).length > 0) {
    throw new WitnessError('folder-not-empty', `${dir} is not empty and holds no witness`);
  }
  removeAbandoned(dir, 'init');
  mkdirSync(dirname(dir), { recursive: true });
  const building = witnessPaths(buildingName(dir, 'init'));
  mkdirSync(building.dir, { mode: 0o700 });
  try {
    const { key } = createWitnessKey(building.key, name);
    await createWitnessFolders(building);
    await takeName(building.dir, dir);
    return key;
  } catch (error) {
    rmSync(building.dir, { recursive: true, force: true });
    throw error;
  }
}
