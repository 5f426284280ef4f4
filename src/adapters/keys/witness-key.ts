import { COSIGNATURE_TYPE } from '../../protocol/note/cosignature.ts';
import type { CosignatureSigner } from '../../witness/ports.ts';
import { createKeyFile, readKeyFile } from './ed25519-key.ts';

/** Creates a witness's key, of type 0x04: it signs cosignatures and cannot pass for a log's key. */
export function createWitnessKey(path: string, name: string): CosignatureSigner {
  return createKeyFile(path, name, COSIGNATURE_TYPE);
}

export function readWitnessKey(path: string): CosignatureSigner {
  return readKeyFile(path, COSIGNATURE_TYPE);
}
