import { toBase64 } from '../../protocol/encoding/bytes.ts';
import type { Trust, TrustedKey } from '../../protocol/trust.ts';
import { formatTypedVkey, formatVkey } from '../../protocol/note/vkey.ts';
import { describeQuorum } from '../../protocol/note/witness-policy.ts';
import { TRUST_FACTS } from '../../text/trust.ts';
import { filled, type Words } from '../../text/words.ts';

/** Everything that a trust file states, each fact a line; in the order of the file. Hints are no facts. */
export function trustFacts({ log, chain, ...more }: Trust): Words[] {
  const { chainId, genesisHash: genesis, contract, codeHash, finality, sources: count } = chain;
  return [
    filled(TRUST_FACTS.origin, { origin: log.origin }),
    ...log.keys.flatMap(keyFacts),
    filled(TRUST_FACTS.chain, { chainId, genesis }),
    filled(TRUST_FACTS.contract, { contract, codeHash }),
    ...chain.logs.map(({ logId, fromSize: from }) => filled(TRUST_FACTS.logId, { logId, from })),
    filled(chain.operatedBy === 'operator' ? TRUST_FACTS.byOperator : TRUST_FACTS.byOthers),
    'tag' in finality
      ? filled(TRUST_FACTS.finalityTag, { tag: finality.tag })
      : filled(TRUST_FACTS.finalityCount, { count: finality.confirmations }),
    filled(TRUST_FACTS.sources, { count }),
    ...policyFacts(more),
    ...endorserFacts(more),
    ...more.pinnedCheckpoints.map(({ checkpoint: { size, root } }) =>
      filled(TRUST_FACTS.checkpoint, { size, root: toBase64(root) }),
    ),
    ...more.pinnedBlocks.map(({ number, hash }) => filled(TRUST_FACTS.block, { number, hash })),
    ...(more.maxPendingMs === undefined ? [] : [filled(TRUST_FACTS.maxPending, { ms: more.maxPendingMs })]),
  ];
}

function keyFacts({ key, fromSize: from, toSize, revokedAtBlock: block }: TrustedKey): Words[] {
  const vkey = formatVkey(key);
  const id = vkey.split('+')[1]!;
  return [
    toSize === undefined
      ? filled(TRUST_FACTS.key, { id, from, vkey })
      : filled(TRUST_FACTS.keyEnded, { id, from, last: toSize - 1n, vkey }),
    ...(block === undefined ? [] : [filled(TRUST_FACTS.keyRevoked, { id, block })]),
  ];
}

function policyFacts({ witnessPolicy: policy }: Pick<Trust, 'witnessPolicy'>): Words[] {
  if (policy === undefined) return [];
  return [
    filled(TRUST_FACTS.quorum, { quorum: describeQuorum(policy.quorum) }),
    ...policy.witnesses.map(({ name, key }) => filled(TRUST_FACTS.witness, { name, vkey: formatTypedVkey(key) })),
    ...policy.logs.map(({ key }) => filled(TRUST_FACTS.policyLog, { vkey: formatVkey(key) })),
  ];
}

function endorserFacts({ endorsers }: Pick<Trust, 'endorsers'>): Words[] {
  if (endorsers === undefined) return [];
  const addresses = endorsers.of.map((address) => filled(TRUST_FACTS.endorser, { address }));
  return [filled(TRUST_FACTS.endorsers, { k: endorsers.k }), ...addresses];
}
