import { VERIFY_PAGE } from '../../text/verify-page.ts';
import type { HeldTrust } from './held.ts';
import type { Material } from './materials.ts';
import type { SessionState } from './session-state.ts';

/** What a choice of the trust file changes. */
type TrustChanges = Pick<SessionState, 'trusts'> & Partial<Pick<SessionState, 'notice'>>;

/**
 * Adds the trust files among the materials. Only a single one that was given by itself is used: one
 * in a folder may be of anybody, and between two their reader decides.
 */
export function withTrusts(
  trusts: readonly HeldTrust[],
  materials: readonly Material[],
  nextKey: () => number,
): TrustChanges {
  const added: HeldTrust[] = [];
  for (const one of materials) {
    if (one.kind !== 'trust') continue;
    const { name, trust: content, fingerprint } = one;
    const isKnown = [...trusts, ...added].some((held) => held.name === name && held.fingerprint === fingerprint);
    if (!isKnown) added.push({ key: nextKey(), name, content, fingerprint, isUsed: false });
  }
  if (added.length === 0) return { trusts };
  const [own, ...others] = added.filter(({ name }) => !name.includes('/'));
  const isClear = own !== undefined && others.length === 0 && usedOf(trusts) === undefined;
  return {
    trusts: [...trusts, ...added.map((one) => ({ ...one, isUsed: isClear && one === own }))],
    notice: isClear && added.length === 1 ? undefined : VERIFY_PAGE.trustToChoose,
  };
}

/** Uses this one from now on, and no other. */
export function withUsed(trusts: readonly HeldTrust[], key: number): readonly HeldTrust[] {
  return trusts.map((one) => ({ ...one, isUsed: one.key === key }));
}

/** The one that results rest on; undefined: that of the service, or none. */
export function usedOf(trusts: readonly HeldTrust[]): HeldTrust | undefined {
  return trusts.find(({ isUsed }) => isUsed);
}
