import type { ChainSource } from '../chain/rpc.ts';
import { type StepResult, unknown } from './report.ts';

/** The first source of each name: a node that is listed twice counts once. */
export function distinctSources(sources: readonly ChainSource[]): ChainSource[] {
  return sources.filter(({ name }, i) => sources.findIndex((source) => source.name === name) === i);
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
