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

/**
 * The final anchors that the service lists, by size, as anchors on the chain of a trust file. They
 * are the service's word: whether the chain has them must still be asked of its nodes. Naming no
 * record, the question tells the service nothing about what is verified.
 *
 * @throws ServiceProblem, ServiceUnreachable
 */
export async function fetchFinalAnchors(service: Service, chain: TrustedChain): Promise<readonly Anchor[]> {
  const value = await sendForJson(service, { method: 'GET', path: '/v1/anchors', limitBytes: MAX_ANCHORS_BYTES });
  return readAnswer(value, (answer) =>
    list('anchors', members('answer', answer)['anchors'], MAX_ANCHORS)
      .filter((item) => isJsonObject(item) && item['state'] === 'final' && isWhole(item))
      .map((item) => anchorOf(item as JsonObject, chain))
      .toSorted((a, b) => Number(a.size - b.size)),
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
