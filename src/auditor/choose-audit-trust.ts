import { type AuditProblem, unknown } from '../audit/audit-problem.ts';
import type { AuditState } from '../audit/audit-state.ts';
import { judgeTrust } from '../audit/judge.ts';
import type { Service } from '../client/http.ts';
import { fetchTrust } from '../client/service.ts';
import { ProtocolError } from '../protocol/encoding/errors.ts';
import { parseTrust } from '../protocol/trust-file.ts';
import type { Trust } from '../protocol/trust.ts';
import type { ChosenTrust } from '../protocol/verify/chosen-trust.ts';
import { serviceProblem } from './service-problem.ts';

/**
 * Chooses the named trust file, else the remembered one, else the one that the operator's service
 * offers. `problems` are changes against the remembered trust; without `trust` the audit ends.
 */
export async function chooseAuditTrust(
  service: Service,
  named: Trust | undefined,
  remembered: AuditState | undefined,
): Promise<{ readonly trust: ChosenTrust | undefined; readonly problems: readonly AuditProblem[] }> {
  if (named !== undefined) {
    const problems = judgeTrust(named, undefined, remembered);
    return { trust: problems.length > 0 ? undefined : { source: 'file', value: named }, problems };
  }
  const offered = await fetchOfferedTrust(service);
  if (remembered !== undefined) {
    const problems = judgeTrust(remembered.trust, 'kind' in offered ? undefined : offered, remembered);
    return { trust: { source: 'remembered', value: remembered.trust }, problems };
  }
  if ('kind' in offered) return { trust: undefined, problems: [offered] };
  return { trust: { source: 'server', value: offered }, problems: [] };
}

async function fetchOfferedTrust(service: Service): Promise<Trust | AuditProblem> {
  try {
    return parseTrust(await fetchTrust(service));
  } catch (error) {
    if (error instanceof ProtocolError) return unknown('trust-unreadable', 'trust.json');
    return serviceProblem(error, 'trust-unavailable', 'trust.json');
  }
}
