import { type CaseNumberReading, fetchCaseNumber } from '../../client/case-number.ts';
import type { Service } from '../../client/http.ts';
import { ServiceProblem, ServiceUnreachable } from '../../client/service-errors.ts';
import type { CaseFormat } from '../../kinds/cases/case-format.ts';
import { readCaseNumber } from '../../kinds/cases/read-case-number.ts';
import { ADDING } from '../../text/adding.ts';
import { LedgerError } from '../../text/ledger-error.ts';
import type { Cli } from '../shell/context.ts';

/**
 * Shows what a case number is read as, before any file is read. Where it has no form that is known
 * here, the service is asked, which may know others; its answer to the registration decides where
 * it cannot be asked. Throws `case-not-recognised`.
 */
export async function echoCaseNumber(
  cli: Cli,
  service: Service,
  number: string,
  formats: readonly CaseFormat[],
): Promise<void> {
  const known = readCaseNumber(number, formats);
  const answer = known === undefined ? await askService(service, number) : undefined;
  if (answer?.isRecognised === false) {
    throw new LedgerError('case-not-recognised', { number, reason: answer.reading, forms: answer.forms });
  }
  const reason = known?.text ?? answer?.reading;
  if (reason !== undefined) cli.output.notice(cli.format(ADDING.caseRead, { reason }));
}

/** Undefined where the service cannot be asked, or takes every number. */
async function askService(service: Service, number: string): Promise<CaseNumberReading | undefined> {
  try {
    return await fetchCaseNumber(service, number);
  } catch (error) {
    if (error instanceof ServiceProblem || error instanceof ServiceUnreachable) return undefined;
    throw error;
  }
}
