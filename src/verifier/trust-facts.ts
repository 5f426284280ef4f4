import { toBase64 } from '../protocol/encoding/bytes.ts';
import type { SizedPolicy, Trust, TrustedKey } from '../protocol/trust.ts';
import { formatTypedVkey, formatVkey } from '../protocol/note/vkey.ts';
import { describeQuorum } from '../protocol/note/witness-policy.ts';
import { TRUST_FACTS } from '../text/trust.ts';
import { bilingual, type Message } from '../text/message.ts';

/**
 * Everything that a trust file states, each fact a line, in the order of the file. Hints are not
 * facts.
 */
export function trustFacts({ log, chain, ...more }: Trust): Message[] {
  const { chainId, genesisHash: genesis, contract, codeHash, finality, sources: count } = chain;
  return [
    bilingual(TRUST_FACTS.origin, { origin: log.origin }),
    ...log.keys.flatMap(keyFacts),
    bilingual(TRUST_FACTS.chain, { chainId, genesis }),
    bilingual(TRUST_FACTS.contract, { contract, codeHash }),
    ...chain.logs.map(({ logId, fromSize: from }) => bilingual(TRUST_FACTS.logId, { logId, from })),
    bilingual(chain.operatedBy === 'operator' ? TRUST_FACTS.byOperator : TRUST_FACTS.byOthers),
    'tag' in finality
      ? bilingual(TRUST_FACTS.finalityTag, { tag: finality.tag })
      : bilingual(TRUST_FACTS.finalityCount, { count: finality.confirmations }),
    bilingual(TRUST_FACTS.sources, { count }),
    ...more.witnessPolicies.flatMap(policyFacts),
    ...endorserFacts(more),
    ...more.pinnedCheckpoints.map(({ checkpoint: { size, root } }) =>
      bilingual(TRUST_FACTS.checkpoint, { size, root: toBase64(root) }),
    ),
    ...more.pinnedBlocks.map(({ number, hash }) => bilingual(TRUST_FACTS.block, { number, hash })),
    ...(more.maxPendingMs === undefined ? [] : [bilingual(TRUST_FACTS.maxPending, { ms: more.maxPendingMs })]),
  ];
}

function keyFacts({ key, fromSize: from, toSize, revokedAtBlock: block }: TrustedKey): Message[] {
  const vkey = formatVkey(key);
  const id = vkey.split('+')[1]!;
  return [
    toSize === undefined
      ? bilingual(TRUST_FACTS.key, { id, from, vkey })
      : bilingual(TRUST_FACTS.keyEnded, { id, from, last: toSize - 1n, vkey }),
    ...(block === undefined ? [] : [bilingual(TRUST_FACTS.keyRevoked, { id, block })]),
  ];
}

function policyFacts({ fromSize: from, policy, untilBlock: block }: SizedPolicy): Message[] {
  const quorum = describeQuorum(policy.quorum);
  return [
    from === 0n ? bilingual(TRUST_FACTS.quorum, { quorum }) : bilingual(TRUST_FACTS.quorumFrom, { quorum, from }),
    ...(block === undefined ? [] : [bilingual(TRUST_FACTS.quorumUntil, { from, block })]),
    ...policy.witnesses.map(({ name, key }) => bilingual(TRUST_FACTS.witness, { name, vkey: formatTypedVkey(key) })),
    ...policy.logs.map(({ key }) => bilingual(TRUST_FACTS.policyLog, { vkey: formatVkey(key) })),
  ];
}

function endorserFacts({ endorsers }: Pick<Trust, 'endorsers'>): Message[] {
  if (endorsers === undefined) return [];
  const addresses = endorsers.of.map((address) => bilingual(TRUST_FACTS.endorser, { address }));
  return [bilingual(TRUST_FACTS.endorsers, { k: endorsers.k }), ...addresses];
}
