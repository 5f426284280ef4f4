import type { ChainNodeName, NodeChooser } from '../chain/rpc.ts';
import type { Trust } from '../trust.ts';
import { type StepResult, type TrustSource, unknown } from './report.ts';

/** The first source of each address: a node that is listed twice, by any spelling, counts once. */
export function distinctSources<Source extends ChainNodeName>(sources: readonly Source[]): Source[] {
  return sources.filter(({ address }, i) => sources.findIndex((source) => source.address === address) === i);
}

/**
 * Whether the answers of a node decide anything. Under a trust file that the verifier chose, a
 * chain of others is not what a node of the operator states. A chain that the operator runs alone
 * has no other nodes, and a trust file of the operator's rests on the operator anyway: there they
 * count, and the report's `independence` is `none`.
 */
export function isCounted(by: NodeChooser, { chain }: Trust, trustSource: TrustSource): boolean {
  return by === 'verifier' || trustSource !== 'file' || chain.operatedBy === 'operator';
}

/** `unknown` codes that state what the chain has, and not that a node could not answer. */
const DEFINITE_UNKNOWNS = ['not-anchored-yet', 'not-final-yet', 'not-upgraded', 'too-few-endorsements'];

/**
 * The result on which at least `required` nodes agree, provided that no other node contradicts
 * them; nodes that could not answer do not count.
 */
export function combine(results: readonly StepResult[], required: number): StepResult {
  const definite = results.filter(({ status, code }) => status !== 'unknown' || DEFINITE_UNKNOWNS.includes(code));
  const [first] = definite;
  if (first === undefined) return results[0] ?? unknown('chain-not-asked');
  if (definite.some((other) => opinion(other) !== opinion(first))) return unknown('sources-disagree');
  return definite.length >= required ? first : unknown('too-few-sources', String(required), String(definite.length));
}

/**
 * Nodes that contradict a receipt agree only if they state the same value in its place: `expected`
 * is the value on the chain.
 */
function opinion({ status, code, expected }: StepResult): string {
  return status === 'fail' ? `${code} ${expected}` : status === 'unknown' ? code : status;
}
