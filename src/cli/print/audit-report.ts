import { anchoredSize } from '../../audit/anchor-history.ts';
import type { AuditProblem, Outcome } from '../../audit/audit-problem.ts';
import type { AuditResult } from '../../auditor/audit-log.ts';
import type { Endorsement } from '../../auditor/endorse.ts';
import { nodeName } from '../../client/node-address.ts';
import { toBase64 } from '../../protocol/encoding/bytes.ts';
import { checkCosignatures } from '../../protocol/note/cosignature.ts';
import { trustFingerprint } from '../../protocol/trust-file.ts';
import { newestPolicy } from '../../protocol/trust.ts';
import { utcTime } from '../../protocol/verify/verifier.ts';
import { AUDIT } from '../../text/audit.ts';
import { timeText } from '../../text/time.ts';
import { REPORT } from '../../text/report.ts';
import type { Cli } from '../shell/context.ts';
import type { Style } from '../shell/output.ts';
import { messageOf, problemDetails } from './audit-message.ts';
import { endorsementJson } from './endorsement-report.ts';
import type { PaperRow } from './paper.ts';
import { thisProgram } from './this-program.ts';

export const STYLE_OF: Readonly<Record<Outcome, Style>> = { ok: 'good', contradiction: 'bad', unknown: 'warn' };
const MAX_PRINTED_PROBLEMS = 20;

/** Writes the document of `--json`. */
export function writeAudit(
  cli: Cli,
  result: AuditResult,
  evidence: string | undefined,
  endorsement: Endorsement | undefined,
  auditedAt: Date,
): void {
  const { outcome, problems, trust, signed, history, nodes } = result;
  const checkpoint = signed?.checkpoint;
  const tail = unanchoredEntries(result);
  cli.output.json({
    ok: outcome === 'ok',
    outcome,
    origin: trust?.value.log.origin ?? null,
    size: checkpoint?.size.toString() ?? null,
    root: checkpoint ? toBase64(checkpoint.root) : null,
    anchors: {
      count: history?.anchors.length ?? 0,
      finalBlock: history?.finalBlock?.toString() ?? null,
      newestSize: history?.anchors.at(-1)?.size.toString() ?? null,
    },
    notAnchored: tail === undefined || tail < 0n ? null : tail.toString(),
    trust: trust ? { source: trust.source, sha256: trustFingerprint(trust.value) } : null,
    nodes: nodes.map(({ url, by }) => ({ name: nodeName(url), by })),
    witnesses: cosignersOf(result),
    auditedAt: auditedAt.toISOString(),
    program: thisProgram(),
    problems: problems.map((problem) => ({ ...problem, message: cli.format(messageOf(problem)) })),
    ...(endorsement !== undefined && { endorsement: endorsementJson(endorsement) }),
    ...(evidence !== undefined && { evidence }),
  });
}

/** Entries after the newest final anchor; undefined where the chain could not be judged. */
function unanchoredEntries({ signed, history }: AuditResult): bigint | undefined {
  const [size, anchored] = [signed?.checkpoint.size, anchoredSize(history)];
  return size === undefined || anchored === undefined ? undefined : size - anchored;
}

/** The witnesses of the policy that cosigned the audited checkpoint, and when. */
function cosignersOf({ signed, trust }: AuditResult): { readonly name: string; readonly time: string }[] {
  const witnesses = (trust && newestPolicy(trust.value)?.policy.witnesses) ?? [];
  if (signed === undefined || witnesses.length === 0) return [];
  const check = checkCosignatures(
    signed.note,
    witnesses.map(({ key }) => key),
  );
  if (check.status !== 'checked') return [];
  return check.cosignatures.map(({ key, timeSeconds }) => ({
    name: witnesses.find((witness) => witness.key === key)!.name,
    time: utcTime(timeSeconds) ?? `${timeSeconds}`,
  }));
}

/** What was audited, as labels and values in the reader's language. */
export function auditFacts(cli: Cli, result: AuditResult, auditedAt: Date): PaperRow[] {
  const { trust, signed, history, nodes } = result;
  const checkpoint = signed?.checkpoint;
  const tail = unanchoredEntries(result);
  const { version, sha256 } = thisProgram();
  return [
    ...(trust === undefined ? [] : [[AUDIT.log, trust.value.log.origin] as const]),
    ...(checkpoint === undefined
      ? []
      : ([
          [AUDIT.size, checkpoint.size.toString()],
          [AUDIT.root, toBase64(checkpoint.root)],
        ] as const)),
    ...(history?.finalBlock === undefined ? [] : [[AUDIT.anchors, anchorsText(cli, history)] as const]),
    ...(tail === undefined || tail <= 0n ? [] : [[AUDIT.tail, cli.format(AUDIT.tailNote, { count: tail })] as const]),
    ...nodes.map(({ url, by }): PaperRow => {
      const note = by === 'verifier' ? AUDIT.nodeOfAuditor : AUDIT.nodeOfOperator;
      return [AUDIT.node, cli.format(note, { node: nodeName(url) })];
    }),
    ...cosignersOf(result).map(({ name, time }): PaperRow => {
      return [AUDIT.witness, cli.format(AUDIT.witnessNote, { name, time: timeText(time) })];
    }),
    ...(trust === undefined ? [] : [[AUDIT.trustUsed, `sha256:${trustFingerprint(trust.value)}`] as const]),
    [AUDIT.auditedAt, cli.format(timeText(auditedAt.toISOString()))],
    [AUDIT.program, cli.format(REPORT.programNote, { version, sha256 })],
  ];
}

function anchorsText(cli: Cli, { anchors }: NonNullable<AuditResult['history']>): string {
  const newest = anchors.at(-1);
  if (newest === undefined) return cli.format(AUDIT.noAnchors);
  return cli.format(AUDIT.anchorsNote, { count: anchors.length, size: newest.size, block: newest.blockNumber });
}

/** Prints the result in the reader's language. */
export function printAudit(cli: Cli, result: AuditResult, evidence: string | undefined, auditedAt: Date): void {
  const { outcome, problems, trust } = result;
  cli.output.line(cli.format(AUDIT[outcome]), STYLE_OF[outcome]);
  for (const [label, text] of auditFacts(cli, result, auditedAt)) {
    cli.output.line(cli.format(AUDIT.line, { label, text: [text].flat().join(' ') }));
  }
  for (const problem of problems.slice(0, MAX_PRINTED_PROBLEMS)) printProblem(cli, problem);
  const more = problems.length - MAX_PRINTED_PROBLEMS;
  if (more > 0) cli.output.line(cli.format(AUDIT.more, { count: more }), 'warn');
  if (trust?.source === 'server') cli.output.notice(cli.format(AUDIT.trustServer), 'warn');
  if (evidence !== undefined) cli.output.notice(cli.format(AUDIT.evidence, { file: evidence }), 'strong');
}

function printProblem(cli: Cli, problem: AuditProblem): void {
  const { code, kind } = problem;
  cli.output.line(cli.format(AUDIT.line, { label: code, text: messageOf(problem) }), STYLE_OF[kind]);
  for (const line of problemDetails(cli, problem)) cli.output.line(line);
}
