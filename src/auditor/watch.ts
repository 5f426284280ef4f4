import { EXIT } from '../text/exit-codes.ts';
import { LedgerError } from '../text/ledger-error.ts';
import { Alarms, type ProblemChanges } from '../audit/alarms.ts';
import type { AuditState } from '../audit/audit-state.ts';
import { type Outcome, outcomeOf } from '../audit/judge.ts';
import { type AuditProblem, unknown } from '../audit/audit-problem.ts';
import { initialLiveness, judgeLiveness, type Liveness, updateLiveness } from '../audit/liveness.ts';
import { isConfirmed, judgeWithheld, type WitnessNote } from '../audit/witness-notes.ts';
import { AUDIT } from '../text/audit.ts';
import { WATCH } from '../text/watch.ts';
import { evidenceJson } from './evidence.ts';
import { writeMemory } from '../cli/tasks/audit-state-file.ts';
import { type AuditResult, type AuditTarget, auditLog } from './audit-log.ts';
import type { Cli } from '../cli/shell/context.ts';
import type { PathBytes } from '../adapters/files/path-bytes.ts';
import { pause } from '../client/pause.ts';
import { WatchEvidence } from './evidence-queue.ts';
import { createWatchMetrics, serveMetrics, type WatchMetrics } from '../cli/tasks/watch-metrics.ts';
import { printCheckpoint, printChanges, webhookMessages } from '../cli/print/watch-report.ts';
import { Webhook } from '../cli/tasks/webhook.ts';

export interface WatchOptions {
  readonly state: PathBytes;
  readonly intervalMs: number;
  /** How old the freshest sign of life may be. */
  readonly maxAgeSeconds: number;
  readonly webhook: string | undefined;
  readonly metrics: { readonly host: string; readonly port: number } | undefined;
}

/** A watch that cannot see looks less often: up to so many intervals. */
const MAX_BACKED_OFF = 8;
/** Each pause is a tenth shorter or longer, so that many watches do not ask at once. */
const JITTER = 0.1;
/** A log that its witnesses saw further has so long to show the same to everybody. */
const WITHHELD_AFTER_SECONDS = 60;

/**
 * Audits again and again until it is told to stop: exit 5 where there was a contradiction, 6 where
 * the last pass could not be judged, else 0.
 */
export async function watchLog(cli: Cli, target: AuditTarget, options: WatchOptions): Promise<number> {
  const watch = new Watch(cli, target, options, cli.stopSignal());
  const server = options.metrics && (await serveMetrics(watch.metrics, options.metrics.host, options.metrics.port));
  cli.output.notice(cli.format(WATCH.begun, { url: target.service.url, seconds: options.intervalMs / 1000 }));
  if (target.remembered !== undefined) {
    cli.output.notice(cli.format(WATCH.goesOn, { size: target.remembered.checkpoint.size }));
  }
  const address = server?.address();
  if (address !== null && typeof address === 'object') {
    const host = address.family === 'IPv6' ? `[${address.address}]` : address.address;
    cli.output.notice(cli.format(WATCH.metricsAt, { url: `http://${host}:${address.port}/metrics` }));
  }
  try {
    await watch.run();
  } finally {
    server?.close();
    server?.closeAllConnections();
    await watch.close();
  }
  return watch.exit;
}

class Watch {
  readonly #cli: Cli;
  readonly #target: AuditTarget;
  readonly #options: WatchOptions;
  readonly #stop: AbortSignal;
  readonly #alarms = new Alarms();
  readonly #evidence: WatchEvidence;
  readonly #webhook: Webhook | undefined;
  readonly metrics: WatchMetrics;
  #remembered: AuditState | undefined;
  #signs: Liveness = initialLiveness(Date.now() / 1000);
  /**
   * By witness, what it was shown and we were not, and since when; until the log shows us that it
   * continues it.
   */
  #ahead = new Map<string, { readonly note: WitnessNote; readonly sinceSeconds: number }>();
  #shown: string | undefined;
  #outcome: Outcome = 'unknown';

  constructor(cli: Cli, target: AuditTarget, options: WatchOptions, stop: AbortSignal) {
    this.#cli = cli;
    this.#target = { ...target, service: { ...target.service, signal: stop } };
    this.#evidence = new WatchEvidence(options.state);
    this.#options = options;
    this.#stop = stop;
    this.#remembered = target.remembered;
    this.#webhook =
      options.webhook === undefined ? undefined : new Webhook(options.webhook, this.#reportWebhookFailure.bind(this));
    this.metrics = createWatchMetrics(this.#alarms, () => this.#webhook);
  }

  get exit(): number {
    if (this.#alarms.hasSeenContradiction) return EXIT.inconsistent;
    return this.#outcome === 'ok' ? EXIT.ok : EXIT.indeterminate;
  }

  async run(): Promise<void> {
    for (let blind = 0; !this.#stop.aborted;) {
      const isComplete = await this.#stoppable(this.#pass());
      blind = isComplete ? 0 : blind + 1;
      const pauseMs = this.#options.intervalMs * Math.min(2 ** Math.max(0, blind - 1), MAX_BACKED_OFF);
      await pause(pauseMs * (1 + JITTER * (2 * Math.random() - 1)), this.#stop);
    }
    this.#cli.output.notice(this.#cli.format(WATCH.ended, { verdict: AUDIT[this.#verdict] }));
  }

  async close(): Promise<void> {
    await this.#webhook?.close();
  }

  get #verdict(): Outcome {
    return this.#alarms.hasSeenContradiction ? 'contradiction' : this.#outcome;
  }

  /** A pass that was under way when the end came counts for nothing. */
  async #stoppable(pass: Promise<boolean>): Promise<boolean> {
    let end = () => {};
    const stopped = new Promise<boolean>((resolve) => (end = () => resolve(false)));
    this.#stop.addEventListener('abort', end);
    pass.catch(() => {}); // told by the race, unless the end came first
    try {
      return await Promise.race([pass, stopped]);
    } finally {
      this.#stop.removeEventListener('abort', end);
    }
  }

  async #pass(): Promise<boolean> {
    const startedMs = performance.now();
    const result = await auditLog({
      ...this.#target,
      remembered: this.#remembered,
      isIncremental: true,
      heardBefore: [...this.#ahead.values()].map(({ note }) => note),
      onEntries: (done, size) => {
        this.#stop.throwIfAborted();
        this.#target.onEntries(done, size);
      },
    });
    if (this.#stop.aborted) return false;
    this.#cli.output.endProgress();
    const problems = [...result.problems, ...this.#judgeOverTime(result, Date.now() / 1000)];
    problems.push(...(await this.#remember(result, problems)), ...(await this.#writeEvidence()));
    this.#outcome = outcomeOf(problems);
    await this.#tell(result, problems);
    this.metrics.countPass({
      outcome: this.#outcome,
      size: result.signed?.checkpoint.size,
      anchoredSize: result.history?.finalBlock === undefined ? undefined : (result.history.anchors.at(-1)?.size ?? 0n),
      seconds: (performance.now() - startedMs) / 1000,
      endedSeconds: Date.now() / 1000,
    });
    return result.isComplete;
  }

  /**
   * What only more than one look can tell: signs of life that stay away, and a checkpoint that is
   * withheld.
   */
  #judgeOverTime(
    { signed, trust, history, rootAt, witnessNotes = [] }: AuditResult,
    nowSeconds: number,
  ): AuditProblem[] {
    if (signed === undefined || trust === undefined || history === undefined) return [];
    const { note, checkpoint } = signed;
    const { maxAgeSeconds } = this.#options;
    const policy = trust.value.witnessPolicy;
    this.#signs = updateLiveness(this.#signs, nowSeconds, { note, size: checkpoint.size }, policy, history);
    const graceSeconds = Math.min(WITHHELD_AFTER_SECONDS, maxAgeSeconds);
    const longAgo = [...this.#ahead.values()].filter(({ sinceSeconds }) => nowSeconds - sinceSeconds >= graceSeconds);
    for (const [name, { note: seen }] of this.#ahead) {
      if (isConfirmed(seen, checkpoint, rootAt)) this.#ahead.delete(name);
    }
    for (const seen of witnessNotes) {
      if (seen.checkpoint.size <= checkpoint.size || this.#ahead.has(seen.name)) continue;
      this.#ahead.set(seen.name, { note: seen, sinceSeconds: nowSeconds });
    }
    return [
      ...judgeWithheld(
        checkpoint,
        longAgo.map((seen) => seen.note),
      ),
      ...judgeLiveness(this.#signs, nowSeconds, maxAgeSeconds, note, policy),
    ];
  }

  /** Only what is free of contradiction replaces the memory. */
  async #remember({ state }: AuditResult, problems: readonly AuditProblem[]): Promise<AuditProblem[]> {
    if (state === undefined || outcomeOf(problems) === 'contradiction') return [];
    const isNew = state.note !== this.#remembered?.note || state.lastAnchor?.size !== this.#remembered.lastAnchor?.size;
    if (!isNew) return [];
    return this.#writing(async () => {
      await writeMemory(this.#options.state, state);
      this.#remembered = state;
    });
  }

  async #tell(result: AuditResult, problems: readonly AuditProblem[]): Promise<void> {
    const time = new Date().toISOString();
    const news = this.#alarms.update(problems, result.isComplete, performance.now());
    if (result.signed !== undefined && result.signed.note.text !== this.#shown) {
      this.#shown = result.signed.note.text;
      printCheckpoint(this.#cli, result, problems, time);
    }
    this.#printChanges(result, news, time);
    if (outcomeOf(news.raised) !== 'contradiction') return;
    await this.#gatherEvidence(result, problems);
    const failures = await this.#writeEvidence();
    this.#printChanges(result, this.#alarms.update(failures, false, performance.now()), time);
  }

  #printChanges(result: AuditResult, news: ProblemChanges, time: string): void {
    printChanges(this.#cli, news, time);
    for (const message of webhookMessages(this.#cli, news, result, time)) this.#webhook?.send(message);
  }

  async #gatherEvidence(result: AuditResult, problems: readonly AuditProblem[]): Promise<void> {
    const shownNow = result.witnessNotes ?? [];
    const shownBefore = [...this.#ahead.values()].map(({ note }) => note);
    const isShown = (one: WitnessNote) =>
      shownNow.some(({ name, note }) => name === one.name && note.text === one.note.text);
    const witnessNotes = [...shownNow, ...shownBefore.filter((one) => !isShown(one))];
    const { service } = this.#target;
    this.#evidence.add(await evidenceJson({ ...result, problems, witnessNotes }, this.#remembered, service));
  }

  #writeEvidence(): Promise<AuditProblem[]> {
    const { output } = this.#cli;
    return this.#writing(() =>
      this.#evidence.write((file) => {
        const words =
          file === undefined ? this.#cli.format(AUDIT.tooMuchEvidence) : this.#cli.format(AUDIT.evidence, { file });
        output.notice(words, 'strong');
      }),
    );
  }

  /** A full disk must not end the watch: it is told as a problem, and the next pass tries again. */
  async #writing(write: () => Promise<void>): Promise<AuditProblem[]> {
    try {
      await write();
      return [];
    } catch (error) {
      if (!(error instanceof LedgerError)) throw error;
      return [unknown('state-unwritable', 'state', undefined, error.text[this.#cli.lang])];
    }
  }

  #reportWebhookFailure(reason: string, isLost: boolean): void {
    this.metrics.countWebhookFailure(isLost);
    this.#cli.output.notice(this.#cli.format(isLost ? WATCH.webhookLost : WATCH.webhookFailed, { reason }), 'warn');
  }
}
