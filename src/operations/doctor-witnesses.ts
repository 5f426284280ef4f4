import { LedgerError } from '../text/ledger-error.ts';
import { type AskingPolicy, readWitnessPolicy } from '../adapters/witness-client/policy-file.ts';
import { WitnessClient } from '../adapters/witness-client/witness-client.ts';
import type { Trust } from '../protocol/trust.ts';
import { WITNESS_ADVICE } from '../text/witness.ts';

export type WitnessCode = keyof typeof WITNESS_ADVICE;

export interface WitnessLook {
  readonly name: string;
  readonly url: string;
  /** Undefined: it answers. */
  readonly alarm: WitnessCode | undefined;
}

const ASK_TIMEOUT_MS = 5000;

/**
 * How each witness stands to the log, as the running service has seen it; else only whether anybody
 * answers there. A policy that cannot be used is its reason.
 */
export async function checkWitnesses(
  policyFile: string,
  identity: Trust,
  serviceUrl: string | undefined,
): Promise<readonly WitnessLook[] | string> {
  let asking: AskingPolicy;
  try {
    asking = readWitnessPolicy(policyFile, identity);
  } catch (error) {
    if (!(error instanceof LedgerError)) throw error;
    return error.message;
  }
  const seen = serviceUrl === undefined ? {} : await statesSeenBy(serviceUrl);
  return Promise.all(
    asking.witnesses.map(async (witness): Promise<WitnessLook> => {
      const { name, url } = witness;
      const state = seen[name];
      if (isAlarm(state)) return { name, url, alarm: state };
      const isReachable = state === 'answers' || (await new WitnessClient(witness, identity.log.origin).isReachable());
      return { name, url, alarm: isReachable ? undefined : 'witness-silent' };
    }),
  );
}

async function statesSeenBy(serviceUrl: string): Promise<Readonly<Record<string, string>>> {
  try {
    const answer = await fetch(`${serviceUrl}/readyz`, { signal: AbortSignal.timeout(ASK_TIMEOUT_MS) });
    return ((await answer.json()) as { readonly witnesses?: Record<string, string> }).witnesses ?? {};
  } catch {
    return {}; // that the service is silent is said already
  }
}

function isAlarm(state: string | undefined): state is WitnessCode {
  return state !== undefined && Object.hasOwn(WITNESS_ADVICE, state);
}
