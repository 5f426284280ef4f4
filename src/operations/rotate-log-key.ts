import { LedgerError } from '../text/ledger-error.ts';
import type { DataPaths } from '../adapters/data-folder/data-folder.ts';
import { changeKeys, makeNextKey, readRotations } from '../adapters/data-folder/key-change.ts';
import { createLogKey, readLogKey } from '../adapters/keys/log-key.ts';
import { utf8Bytes } from '../protocol/encoding/bytes.ts';
import { formatRotation, rotationText } from '../protocol/key-rotation.ts';
import { currentKeys, type Trust, type TrustedKey } from '../protocol/trust.ts';
import { formatVkey, type VerifierKey } from '../protocol/note/vkey.ts';

export interface RotatedLogKey {
  readonly trust: Trust;
  readonly oldKey: VerifierKey;
  readonly newKey: VerifierKey;
  /** The first size that the new key signs. */
  readonly fromSize: bigint;
}

/**
 * Another log key from the next size on. The old key's last size is the head, so the head must be
 * the log's newest; the caller has found out and holds the lock.
 */
export async function rotateLogKey(
  paths: DataPaths,
  identity: Trust,
  { headSize, revokedAtBlock, nowMs }: { headSize: bigint; revokedAtBlock: bigint | undefined; nowMs: number },
): Promise<RotatedLogKey> {
  const old = readLogKey(paths.logKey);
  const oldVkey = formatVkey(old.key);
  if (!currentKeys(identity).some((key) => formatVkey(key) === oldVkey)) {
    throw new LedgerError('key-wrong', { detail: `${paths.logKey} is not the present key of ${identity.log.origin}` });
  }
  // A crash from here on leaves a key that signs nothing; the next run takes it.
  const { origin } = identity.log;
  const next = readLogKey(await makeNextKey(paths, paths.logKey, (draft) => createLogKey(draft, origin)));
  const fromSize = headSize + 1n;
  const keys = identity.log.keys.map((entry): TrustedKey => {
    if (entry.toSize !== undefined) return entry;
    return { ...entry, toSize: fromSize, ...(revokedAtBlock !== undefined && { revokedAtBlock }) };
  });
  const trust: Trust = { ...identity, log: { ...identity.log, keys: [...keys, { key: next.key, fromSize }] } };
  const rotation = { origin, fromSize, key: next.key, time: new Date(nowMs).toISOString() };
  const text = utf8Bytes(rotationText(rotation));
  const note = formatRotation(rotation, [old.sign(text), next.sign(text)]);
  const before = readRotations(paths);
  await changeKeys(paths, { key: 'log', trust, rotations: { ...before, log: [...before.log, note] } });
  return { trust, oldKey: old.key, newKey: next.key, fromSize };
}

/** A key of the past counts from now on only for what was anchored by that block. */
export async function revokeLogKey(
  paths: DataPaths,
  identity: Trust,
  { keyId, revokedAtBlock }: { readonly keyId: string; readonly revokedAtBlock: bigint },
): Promise<Trust> {
  const isMeant = ({ key }: TrustedKey) => formatVkey(key).split('+')[1] === keyId;
  const meant = identity.log.keys.filter(isMeant);
  if (meant.length !== 1) throw new LedgerError('key-wrong', { detail: `the log has no key with the id ${keyId}` });
  if (meant[0]!.toSize === undefined) {
    const next = 'rotate it first: evl key rotate log --revoke-old-at';
    throw new LedgerError('key-wrong', { detail: `${keyId} is the present key of the log; ${next}` });
  }
  const keys = identity.log.keys.map((entry) => (isMeant(entry) ? { ...entry, revokedAtBlock } : entry));
  const trust: Trust = { ...identity, log: { ...identity.log, keys } };
  await changeKeys(paths, { trust, rotations: readRotations(paths) });
  return trust;
}
