import { type Anchor, parseAnchor } from '../protocol/chain/anchor.ts';
import type { Json, JsonObject } from '../protocol/encoding/json.ts';
import { isJsonObject } from '../protocol/encoding/json.ts';
import { list, members } from '../protocol/encoding/shape.ts';
import { logIdForSize, type TrustedChain } from '../protocol/trust.ts';
import { readAnswer } from './answers.ts';
import { sendForJson, type Service } from './http.ts';

const MAX_ANCHORS_BYTES = 8 * 1024 * 1024;
const MAX_ANCHORS = 100_000;
const STATED = ['size', 'root', 'anchorIndex', 'blockNumber', 'blockHash', 'txHash', 'transactionIndex', 'logPosition'];

/** An anchor that has a block; final where the service says so. */
export interface ListedAnchor {
  readonly anchor: Anchor;
  readonly isFinal: boolean;
}

/**
 * The anchors in blocks that the service lists, by size, as anchors on the chain of a trust file.
 * They are the service's word: whether the chain has them must still be asked of its nodes. Naming
 * no record, the question shows the service nothing of what is verified.
 *
 * @throws ServiceProblem, ServiceUnreachable
 */
export async function fetchListedAnchors(service: Service, chain: TrustedChain): Promise<readonly ListedAnchor[]> {
  const value = await sendForJson(service, { method: 'GET', path: '/v1/anchors', limitBytes: MAX_ANCHORS_BYTES });
  return readAnswer(value, (answer) =>
    list('anchors', members('answer', answer)['anchors'], MAX_ANCHORS)
      .filter((item) => isJsonObject(item))
      .filter((item) => (item['state'] === 'final' || item['state'] === 'anchored') && isWhole(item))
      .map((item) => ({ anchor: anchorOf(item, chain), isFinal: item['state'] === 'final' }))
      .toSorted((a, b) => Number(a.anchor.size - b.anchor.size)),
  );
}

/** Earlier versions of the service do not state the place within the block. */
function isWhole(item: JsonObject): boolean {
  return STATED.every((name) => item[name] !== undefined);
}

function anchorOf(item: JsonObject, chain: TrustedChain): Anchor {
  const stated = Object.fromEntries(STATED.map((name): [string, Json] => [name, item[name]!]));
  const { chainId, genesisHash, contract } = chain;
  const place = { chainId: chainId.toString(), genesisHash, contract, logId: chain.logs[0]!.logId };
  const anchor = parseAnchor({ ...place, ...stated });
  return { ...anchor, logId: logIdForSize(chain, anchor.size) ?? anchor.logId };
}
