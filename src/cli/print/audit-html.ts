import type { Outcome } from '../../audit/audit-problem.ts';
import type { AuditResult } from '../../auditor/audit-log.ts';
import { AUDIT } from '../../text/audit.ts';
import { PAPER } from '../../text/report.ts';
import type { Cli } from '../shell/context.ts';
import { messageOf, problemDetails } from './audit-message.ts';
import { auditFacts } from './audit-report.ts';
import { escapeHtml, paperPage, type PaperRow, paperTable } from './paper.ts';

/** An outcome is never told by colour alone. */
const SYMBOLS: Readonly<Record<Outcome, string>> = { ok: '✓', contradiction: '✗', unknown: '?' };

/** An audit as a page to print: its outcome, what was audited, and every problem. */
export function auditHtml(cli: Cli, result: AuditResult, evidence: string | undefined, auditedAt: Date): string {
  const { outcome, problems, trust } = result;
  const notes = [
    ...(trust?.source === 'server' ? [cli.format(AUDIT.trustServer)] : []),
    ...(evidence === undefined ? [] : [cli.format(AUDIT.evidence, { file: evidence })]),
  ];
  const found = problems.map((problem): PaperRow => {
    const label = { zh: problem.code, en: problem.code };
    return [label, [cli.format(messageOf(problem)), ...problemDetails(cli, problem)]];
  });
  const section = `<section>
<p class="verdict"><span>${SYMBOLS[outcome]}</span> ${escapeHtml(cli.format(AUDIT[outcome]))}</p>
${notes.map((note) => `<p>${escapeHtml(note)}</p>`).join('\n')}
${paperTable(cli.lang, auditFacts(cli, result, auditedAt))}
${found.length === 0 ? '' : `<h2>${escapeHtml(cli.format(PAPER.problems))}</h2>\n${paperTable(cli.lang, found)}`}
</section>`;
  return paperPage(cli.lang, PAPER.auditTitle, PAPER.auditor, [section]);
}
