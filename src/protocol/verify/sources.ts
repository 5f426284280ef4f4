import type { ChainSource } from '../chain/rpc.ts';
import { type Finding, unknown } from './report.ts';

/** A node that is named twice counts once. */
export function distinctSources(sources: readonly ChainSource[]): ChainSource[] {
  return sources.filter(({ name }, i) => sources.findIndex((source) => source.name === name) === i);
}

/** What a node knows and says, as opposed to what it cannot tell. */
const DEFINITE_UNKNOWNS = ['not-anchored-yet', 'not-final-yet', 'not-upgraded', 'too-few-endorsements'];

/** `demanded` nodes must say the same, and no node that answers may say otherwise. */
export function combine(findings: readonly Finding[], required: number): Finding {
  const definite = findings.filter(({ status, code }) => status !== 'unknown' || DEFINITE_UNKNOWNS.includes(code));
  const [first] = definite;
  if (first === undefined) return findings[0] ?? unknown('chain-not-asked');
  if (definite.some((other) => opinion(other) !== opinion(first))) return unknown('sources-disagree');
  return definite.length >= required ? first : unknown('too-few-sources', String(required), String(definite.length));
}

/**
 * Nodes that contradict a receipt agree only if they say the same in its place: `expected` is what
 * the chain has.
 */
function opinion({ status, code, expected }: Finding): string {
  return status === 'fail' ? `${code} ${expected}` : status === 'unknown' ? code : status;
}
