import { PIN_FAULTS } from '../../text/log.ts';
import { bilingual } from '../../text/message.ts';
import { LedgerError } from '../../text/ledger-error.ts';
import { readFileSync } from 'node:fs';
import { type ExternalCheckPolicy, pinnedHead } from '../../log/external-head.ts';
import type { Trust } from '../../protocol/trust.ts';

export interface ExternalCheckOptions {
  /** Asked for by the operator. */
  readonly requireOutsideHead?: boolean;
  readonly pinnedCheckpoint?: string;
  readonly rpcUrls?: readonly string[];
  /** What a restore left. */
  readonly restored: { readonly isChainRestored: boolean; readonly contradictedBy?: string } | undefined;
  readonly identity: Trust;
  readonly onAgreed: () => void;
}

/** Whom the log must hear before it signs: asked for by the operator, or left by a restore. */
export function externalCheckPolicy(parts: ExternalCheckOptions): ExternalCheckPolicy {
  const { requireOutsideHead = false, pinnedCheckpoint, rpcUrls, restored, identity, onAgreed } = parts;
  const notes = [pinnedCheckpoint === undefined ? undefined : readPin(pinnedCheckpoint), restored?.contradictedBy];
  return {
    isRequired: requireOutsideHead || restored !== undefined,
    isChainExternal: restored?.isChainRestored !== true || rpcUrls !== undefined,
    pinned: notes.filter((note) => note !== undefined).map((note) => pinnedHead(note, identity)),
    onAgreed,
  };
}

function readPin(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new LedgerError('pin-wrong', { reason: bilingual(PIN_FAULTS.unreadableFile, { file }), cause });
  }
}
