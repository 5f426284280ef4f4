import { type Command, Option } from 'commander';
import type { EvidenceItem } from '../../client/evidence.ts';
import { type EvidenceQuery, listEvidence } from '../../client/list-evidence.ts';
import { normalizeRecordNumber } from '../../kinds/record-number.ts';
import { textOf } from '../../kinds/view.ts';
import { VIEWS } from '../../kinds/views.ts';
import { EXIT } from '../../text/exit-codes.ts';
import { LIST } from '../../text/help.ts';
import { LedgerError } from '../../text/ledger-error.ts';
import { RECORD_STATE_LABELS, RECORD_STATES, type RecordState } from '../../text/record-states.ts';
import { SETTING_KINDS } from '../../text/settings.ts';
import { timeText } from '../../text/time.ts';
import { serviceOf } from '../settings/service-settings.ts';
import type { Cli } from '../shell/context.ts';
import { statedTime } from '../tasks/stated-time.ts';
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
  readonly tx?: string;
  readonly limit: string;
  readonly url?: string;
}

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
    .option('--tx <hash>', cli.format(LIST.tx))
    .option('--limit <count>', cli.format(LIST.limit), '1000')
    .option('--url <url>', cli.format(LIST.url))
    .action(cli.action(async (options: Options) => list(cli, options)));
}

/** Lists the newest records that fit all options. */
async function list(cli: Cli, options: Options): Promise<number> {
  const query = queryOf(options);
  const limit = limitOf(options.limit);
  const service = await serviceOf(cli.settings({ url: options.url }), cli.lang);
  const { items, total } = await listEvidence(service, query, limit);
  for (const item of items) printItem(cli, item);
  cli.output.notice(summaryOf(cli, items.length, total));
  cli.output.json({ items, total: total ?? null });
  return items.length === 0 ? EXIT.notFound : EXIT.ok;
}

function summaryOf(cli: Cli, count: number, total: number | undefined): string {
  if (total === undefined) return cli.format(LIST.partUncounted, { count });
  return total > count ? cli.format(LIST.part, { count, total }) : cli.format(LIST.summary, { count });
}

function queryOf({ case: ofCase, number, sha256, sm3, name, since, until, state, tx }: Options): EvidenceQuery {
  if (name !== undefined && ofCase === undefined) throw new LedgerError('name-needs-case');
  const normalized = number === undefined ? undefined : normalizeRecordNumber(number);
  if (number !== undefined && normalized === undefined) throw wrongNumber(number);
  return {
    case: ofCase,
    number: normalized,
    sha256: sha256?.toLowerCase(),
    sm3: sm3?.toLowerCase(),
    tx: tx?.toLowerCase(),
    since: since === undefined ? undefined : statedTime('--since', since),
    until: until === undefined ? undefined : statedTime('--until', until),
    state,
    ...(name?.endsWith('*') === true ? { namePrefix: name.slice(0, -1) } : { name }),
  };
}

function limitOf(text: string): number {
  if (/^[1-9][0-9]{0,6}$/.test(text)) return Number(text);
  throw new LedgerError('setting-wrong', { name: '--limit', value: text.slice(0, 80), kind: SETTING_KINDS.positive });
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
