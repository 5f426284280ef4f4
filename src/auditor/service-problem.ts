import { type AuditProblem, unknown } from '../audit/audit-problem.ts';
import { ServiceProblem, ServiceUnreachable } from '../client/service-errors.ts';

/**
 * The problem for a request to the service that failed: `service-unreachable`, or `code` where the
 * service answered with an error. Throws every other error, which is a bug of ours.
 */
export function serviceProblem(error: unknown, code: string, where: string): AuditProblem {
  if (error instanceof ServiceUnreachable) return unknown('service-unreachable', where);
  if (error instanceof ServiceProblem) return unknown(code, where, 'HTTP 200', error.code);
  throw error;
}
