import type { ChainQuestion, ChainSource } from '../../protocol/chain/rpc.ts';
import type { Json } from '../../protocol/encoding/json.ts';
import { connect } from './connection.ts';

/**
 * Puts a verifier's questions to one node. What the node does not answer stays undefined; nothing
 * is thrown.
 */
export async function askNode(url: string, chainId: bigint, questions: readonly ChainQuestion[]): Promise<ChainSource> {
  const provider = connect(url, chainId);
  try {
    const answers = await Promise.all(
      questions.map(async ({ method, params }) => {
        try {
          return (await provider.send(method, [...params])) as Json;
        } catch {
          return undefined; // an answer that cannot be had is none; the verdict says so
        }
      }),
    );
    return { name: new URL(url).origin, answers };
  } finally {
    provider.destroy();
  }
}
