import { type Command, Option } from 'commander';
import { type EvidenceItem, findEvidence } from '../../client/evidence.ts';
import { normalizeRecordNumber } from '../../kinds/record-number.ts';
import { textOf } from '../../kinds/view.ts';
import { VIEWS } from '../../kinds/views.ts';
import { EXIT } from '../../text/exit-codes.ts';
import { LIST } from '../../text/help.ts';
import { LedgerError } from '../../text/ledger-error.ts';
import { RECORD_STATE_LABELS, RECORD_STATES, type RecordState } from '../../text/record-states.ts';
import { SETTING_KINDS } from '../../text/settings.ts';
import { parseTimestamp, timeText } from '../../text/time.ts';
import { serviceOf } from '../settings/service-settings.ts';
import type { Cli } from '../shell/context.ts';
import { wrongNumber } from '../tasks/find-record.ts';

interface Options {
  readonly case?: string;
  readonly number?: string;
  readonly sha256?: string;
  readonly sm3?: string;
  readonly name?: string;
  readonly since?: string;
  readonly until?: string;
  readonly state?: RecordState;
  readonly url?: string;
}

/** A date without a time begins in the zone of the machine. */
const DATE = /^\d{4}-\d{2}-\d{2}$/;

export function addCommand(program: Command, cli: Cli): void {
  program
    .command('list')
    .option('--case <number>', cli.format(LIST.case))
    .option('--number <number>', cli.format(LIST.number))
    .option('--sha256 <digest>', cli.format(LIST.sha256))
    .option('--sm3 <digest>', cli.format(LIST.sm3))
    .option('--name <text>', cli.format(LIST.name))
    .option('--since <time>', cli.format(LIST.since))
    .option('--until <time>', cli.format(LIST.until))
    .addOption(new Option('--state <state>', cli.format(LIST.state)).choices(RECORD_STATES))
    .option('--url <url>', cli.format(LIST.url))
    .action(cli.action(async (options: Options) => list(cli, options)));
}

/** Lists the records that one look-up finds, narrowed by the other options. */
async function list(cli: Cli, options: Options): Promise<number> {
  const query = queryOf(options);
  const matches = filterOf(options);
  const service = await serviceOf(cli.settings({ url: options.url }), cli.lang);
  const found: EvidenceItem[] = [];
  for await (const item of findEvidence(service, query)) if (matches(item)) found.push(item);
  const newestFirst = found.toSorted((a, b) => (BigInt(a.index) > BigInt(b.index) ? -1 : 1));
  for (const item of newestFirst) printItem(cli, item);
  cli.output.notice(cli.format(LIST.summary, { count: newestFirst.length }));
  cli.output.json({ items: newestFirst, total: newestFirst.length });
  return newestFirst.length === 0 ? EXIT.notFound : EXIT.ok;
}

/** The one look-up that the service is asked for. */
function queryOf({ case: ofCase, number, sha256, sm3 }: Options): Readonly<Record<string, string>> {
  const given = Object.entries({ case: ofCase, number, sha256: sha256?.toLowerCase(), sm3: sm3?.toLowerCase() });
  const lookups = given.flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]));
  if (lookups.length !== 1)
    throw new LedgerError('list-needs-lookup', { options: '--case, --number, --sha256, --sm3' });
  if (number === undefined) return Object.fromEntries(lookups);
  const normalized = normalizeRecordNumber(number);
  if (normalized === undefined) throw wrongNumber(number);
  return { number: normalized };
}

function filterOf({ name, since, until, state }: Options): (item: EvidenceItem) => boolean {
  const [fromMs, toMs] = [timeOf('--since', since), timeOf('--until', until)];
  return (item) => {
    const receivedMs = parseTimestamp(item.receivedAt ?? '');
    return (
      (name === undefined || headlineOf(item).includes(name)) &&
      (state === undefined || item.state === state) &&
      (fromMs === undefined || receivedMs >= fromMs) &&
      (toMs === undefined || receivedMs < toMs)
    );
  };
}

function timeOf(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const ms = DATE.test(text) ? new Date(`${text}T00:00:00`).getTime() : parseTimestamp(text);
  if (Number.isNaN(ms)) {
    throw new LedgerError('setting-wrong', { name: option, value: text.slice(0, 80), kind: SETTING_KINDS.time });
  }
  return ms;
}

function printItem(cli: Cli, item: EvidenceItem): void {
  const { number, state, receivedAt, sections } = item;
  const labels: Readonly<Record<string, { readonly zh: string; readonly en: string }>> = RECORD_STATE_LABELS;
  const columns = [
    number,
    labels[state]?.[cli.lang] ?? state,
    receivedAt === undefined ? '-' : timeText(receivedAt)[cli.lang],
    textOf(sections, 'case', 'number') ?? '-',
    headlineOf(item),
  ];
  cli.output.line(columns.join('\t'));
}

/** The line that names the record, by the kind whose sections the listing shows. */
function headlineOf({ sections }: EvidenceItem): string {
  const view = VIEWS.find(({ listed }) => listed.every((name) => name in sections));
  return view?.headline(sections) ?? '';
}
