import type { Trust } from '../../protocol/trust.ts';
import { LedgerError } from '../../text/ledger-error.ts';
import { WITNESS_ADVICE } from '../../text/witness.ts';
import { type Finding, finding } from './finding.ts';
import type { DoctorParts, PolicyWitness } from './ports.ts';
import { fetchWitnessStates } from './service.ts';

/**
 * The state of each witness as the running service has seen it; where no service is running
 * (`serviceUrl` is undefined), only whether there is an answer at its address.
 */
export async function checkWitnesses(
  witnessesOf: DoctorParts['witnessesOf'],
  policyFile: string,
  identity: Trust,
  serviceUrl: string | undefined,
): Promise<Finding[]> {
  let witnesses: readonly PolicyWitness[];
  try {
    witnesses = witnessesOf(policyFile, identity);
  } catch (error) {
    if (!(error instanceof LedgerError)) throw error;
    return [finding('witness-policy-wrong', 'problem', { reason: error.text })];
  }
  const states = serviceUrl === undefined ? {} : await fetchWitnessStates(serviceUrl);
  return Promise.all(witnesses.map((witness) => checkWitness(witness, states[witness.name])));
}

async function checkWitness({ name, url, isReachable }: PolicyWitness, state: string | undefined): Promise<Finding> {
  if (isAlarm(state)) {
    const isDispute = state === 'witness-conflict' || state === 'witness-ahead';
    return finding(state, isDispute ? 'problem' : 'warning', { name, url });
  }
  const answers = state === 'answers' || (await isReachable());
  return answers ? finding('witness', 'ok', { name, url }) : finding('witness-silent', 'warning', { name, url });
}

function isAlarm(state: string | undefined): state is keyof typeof WITNESS_ADVICE {
  return state !== undefined && Object.hasOwn(WITNESS_ADVICE, state);
}
