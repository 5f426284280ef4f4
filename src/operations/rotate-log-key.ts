import { utf8Bytes } from '../protocol/encoding/bytes.ts';
import { formatRotation, rotationText } from '../protocol/key-rotation.ts';
import { formatVkey, type VerifierKey } from '../protocol/note/vkey.ts';
import { currentKeys, type Trust, type TrustedKey } from '../protocol/trust.ts';
import { WRONG_KEYS } from '../text/keys.ts';
import { LedgerError } from '../text/ledger-error.ts';
import { bilingual } from '../text/message.ts';
import { notCurrentKey } from './key-faults.ts';
import type { KeyFiles, LedgerFolder } from './ports.ts';

export interface RotatedLogKey {
  readonly trust: Trust;
  readonly oldKey: VerifierKey;
  readonly newKey: VerifierKey;
  /** The first size that the new key signs. */
  readonly fromSize: bigint;
}

export interface LogKeyParts {
  readonly folder: LedgerFolder;
  readonly identity: Trust;
  readonly keys: KeyFiles;
}

/**
 * Replaces the log key from the next size on. The old key's last size is the head, so the head must
 * be the log's newest; the caller has made sure of that and holds the lock.
 */
export async function rotateLogKey(
  { folder, identity, keys }: LogKeyParts,
  { headSize, revokedAtBlock, nowMs }: { headSize: bigint; revokedAtBlock: bigint | undefined; nowMs: number },
): Promise<RotatedLogKey> {
  const { logKey } = folder.paths;
  const { origin } = identity.log;
  const old = keys.readLogKey(logKey);
  const oldVkey = formatVkey(old.key);
  if (!currentKeys(identity).some((key) => formatVkey(key) === oldVkey)) {
    throw new LedgerError('key-wrong', { fault: notCurrentKey(logKey, old.key, identity) });
  }
  // A crash from here on leaves a key that signs nothing; the next run takes it.
  const next = keys.readLogKey(await folder.makeNextKey('log', (path) => keys.createLogKey(path, origin)));
  const fromSize = headSize + 1n;
  const before = identity.log.keys.map((entry): TrustedKey => {
    if (entry.toSize !== undefined) return entry;
    return { ...entry, toSize: fromSize, ...(revokedAtBlock !== undefined && { revokedAtBlock }) };
  });
  const trust: Trust = { ...identity, log: { ...identity.log, keys: [...before, { key: next.key, fromSize }] } };
  const rotation = { origin, fromSize, key: next.key, time: new Date(nowMs).toISOString() };
  const text = utf8Bytes(rotationText(rotation));
  const note = formatRotation(rotation, [old.sign(text), next.sign(text)]);
  const rotations = folder.readRotations();
  await folder.changeKeys({ key: 'log', trust, rotations: { ...rotations, log: [...rotations.log, note] } });
  return { trust, oldKey: old.key, newKey: next.key, fromSize };
}

/** From now on a former key counts only for checkpoints that were anchored by that block. */
export async function revokeLogKey(
  { folder, identity }: Pick<LogKeyParts, 'folder' | 'identity'>,
  { keyId, revokedAtBlock }: { readonly keyId: string; readonly revokedAtBlock: bigint },
): Promise<Trust> {
  const isMeant = ({ key }: TrustedKey) => formatVkey(key).split('+')[1] === keyId;
  const meant = identity.log.keys.filter(isMeant);
  if (meant.length !== 1) throw new LedgerError('key-wrong', { fault: bilingual(WRONG_KEYS.unknownKeyId, { keyId }) });
  if (meant[0]!.toSize === undefined) {
    throw new LedgerError('key-wrong', { fault: bilingual(WRONG_KEYS.currentKeyId, { keyId }) });
  }
  const keys = identity.log.keys.map((entry) => (isMeant(entry) ? { ...entry, revokedAtBlock } : entry));
  const trust: Trust = { ...identity, log: { ...identity.log, keys } };
  await folder.changeKeys({ trust, rotations: folder.readRotations() });
  return trust;
}
