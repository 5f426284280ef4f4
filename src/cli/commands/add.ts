import { EXIT } from '../../text/exit-codes.ts';
import { LedgerError } from '../../text/ledger-error.ts';
import type { Command } from 'commander';
import { Option } from 'commander';
import { type Service, ServiceUnreachable } from '../../client/http.ts';
import type { Collection } from '../../kinds/collection.ts';
import { ADD } from '../../text/help.ts';
import { LABELS } from '../../text/labels.ts';
import { MESSAGES } from '../../text/messages.ts';
import { SETTING_KINDS } from '../../text/settings.ts';
import { bilingual } from '../../text/message.ts';
import type { AnchorGoal } from '../../client/anchor-wait.ts';
import { readCollection } from '../tasks/collection-file.ts';
import type { Cli } from '../shell/context.ts';
import { findFiles, type Found } from '../../adapters/files/folder.ts';
import { addFile, addStream, type AddedItem, type AddSettings, type FailedItem, sourceOf } from '../tasks/item.ts';
import { inParallel } from '../../client/parallel.ts';
import { argumentPaths, type PathBytes, pathText } from '../../adapters/files/path-bytes.ts';
import { Registrar } from '../../client/registrar.ts';
import { serviceFailure } from '../shell/service-failure.ts';
import { serviceOf } from '../settings/service-settings.ts';
import { anchorItems } from '../tasks/anchored-items.ts';

interface Options {
  readonly case?: string;
  readonly title?: string;
  readonly name?: string;
  readonly hashOnly?: boolean;
  readonly wait: 'pending' | AnchorGoal;
  readonly timeout: string;
  readonly receiptDir?: string;
  readonly collection?: string;
  readonly url?: string;
}

/** Small files wait for the disks of both sides, most of the time. */
const FILES_AT_ONCE = 24;
/** Where the bytes stay here, many wait for the same answer. */
const DIGESTS_AT_ONCE = 256;

export function addCommand(program: Command, cli: Cli): void {
  program
    .command('add')
    .argument('<paths...>', cli.format(ADD.paths))
    .option('--case <number>', cli.format(ADD.case))
    .option('--title <text>', cli.format(ADD.title))
    .option('--name <name>', cli.format(ADD.name))
    .option('--hash-only', cli.format(ADD.hashOnly))
    .addOption(
      new Option('--wait <state>', cli.format(ADD.wait)).choices(['pending', 'anchored', 'final']).default('pending'),
    )
    .option('--timeout <seconds>', cli.format(ADD.timeout), '300')
    .option('--receipt-dir <folder>', cli.format(ADD.receiptDir))
    .option('--collection <file>', cli.format(ADD.collection))
    .option('--url <url>', cli.format(ADD.url))
    .action(cli.action(async (paths: string[], options: Options) => add(cli, paths, options)));
}

async function add(cli: Cli, paths: readonly string[], options: Options): Promise<number> {
  const timeoutMs = secondsAsMs(options.timeout);
  const settings = cli.settings({ url: options.url, case: options.case });
  const service = await serviceOf(settings, cli.lang);
  const collection = options.collection === undefined ? undefined : await readCollection(options.collection);
  const work = addSettings(options, settings.case, collection);
  let hasSaidWaiting = false;
  const registrar = new Registrar(service, () => {
    if (!hasSaidWaiting) cli.output.notice(cli.format(MESSAGES.waitingForService, { url: service.url }), 'warn');
    hasSaidWaiting = true;
  });
  const added = paths.includes('-')
    ? [await addStandardInput(cli, registrar, work, paths, options.name)]
    : await addFiles(cli, registrar, work, await listFiles(cli, paths, options.name));
  const items =
    options.wait === 'pending' ? added : await reachGoal(cli, service, settings.home, added, options.wait, timeoutMs);
  if (registrar.gone !== undefined) reportGone(cli, registrar.gone, items);
  report(cli, items);
  return exitOf(items, registrar, options.wait);
}

function addSettings(
  options: Options,
  caseNumber: string | undefined,
  collection: Collection | undefined,
): AddSettings {
  const number = caseNumber?.trim() ?? '';
  if (number === '') throw new LedgerError('case-missing');
  const [receiptFolder] = argumentPaths(options.receiptDir === undefined ? [] : [options.receiptDir]);
  return {
    case: { number, ...(options.title !== undefined && { title: options.title }) },
    keepsContent: options.hashOnly !== true,
    ...(collection !== undefined && { collection }),
    ...(receiptFolder !== undefined && { receiptFolder }),
  };
}

type FoundFile = Extract<Found, { kind: 'file' }>;
type Unread = Extract<Found, { kind: 'failed' }>;

/**
 * Everything that is to be registered; what is passed over is said. Paths alone are held: a few
 * hundred bytes for each file.
 */
async function listFiles(
  cli: Cli,
  paths: readonly string[],
  name: string | undefined,
): Promise<(FoundFile | Unread)[]> {
  if (name !== undefined) throw new LedgerError('name-not-for-many');
  const files: (FoundFile | Unread)[] = [];
  for (const path of argumentPaths(paths)) {
    for await (const found of findFiles(path)) {
      if (found.kind !== 'skipped') files.push(found);
      else if (found.reason !== 'receipt') {
        const words = {
          symlink: MESSAGES.skippedLink,
          special: MESSAGES.skippedSpecial,
          ledger: MESSAGES.skippedLedger,
        };
        cli.output.notice(cli.format(words[found.reason], { file: pathText(found.path).text }), 'warn');
      }
    }
  }
  return files;
}

async function addFiles(
  cli: Cli,
  registrar: Registrar,
  settings: AddSettings,
  files: readonly (FoundFile | Unread)[],
): Promise<AddedItem[]> {
  let done = 0;
  let bytes = 0;
  const show = () =>
    cli.output.progress(
      cli.format(MESSAGES.adding, { done, total: files.length, mebibytes: Math.floor(bytes / 2 ** 20) }),
    );
  const atOnce = settings.keepsContent ? FILES_AT_ONCE : DIGESTS_AT_ONCE;
  cli.onInterrupt(() => bilingual(MESSAGES.goOn, { done, total: files.length }));
  const items = await inParallel(files, atOnce, async (found) => {
    const item = await guarded(cli, found.path, async () => {
      if (found.kind === 'failed') throw found.failure;
      const name = pathText(found.name);
      if (name.isEscaped) cli.output.notice(cli.format(MESSAGES.escapedName, { name: name.text }), 'warn');
      return addFile(registrar, settings, sourceOf(settings, found.path, found.name), (count) => {
        bytes += count;
        show();
      });
    });
    if (item.state !== 'failed') done++;
    show();
    return item;
  });
  cli.output.endProgress();
  return items;
}

async function addStandardInput(
  cli: Cli,
  registrar: Registrar,
  settings: AddSettings,
  paths: readonly string[],
  name: string | undefined,
): Promise<AddedItem> {
  if (paths.length > 1) throw new LedgerError('stdin-alone');
  if (name === undefined || name === '') throw new LedgerError('name-missing');
  return guarded(cli, Buffer.from('-'), async () => addStream(registrar, settings, cli.stdin, name));
}

/** A failed item does not hold up the others; it is said at once, and again in the summary. */
async function guarded(cli: Cli, path: PathBytes, body: () => Promise<AddedItem>): Promise<AddedItem> {
  try {
    const item = await body();
    if (item.state === 'failed') printFailed(cli, item);
    return item;
  } catch (error) {
    const failed = serviceFailure(error);
    if (!(failed instanceof LedgerError)) throw failed;
    const item: FailedItem = { file: pathText(path).text, state: 'failed', failure: failed };
    // A service that is gone is said once, in the end, and not again for each of thousands of
    // files.
    if (!(error instanceof ServiceUnreachable)) printFailed(cli, item);
    return item;
  }
}

function printFailed(cli: Cli, { file, failure: { text, hint } }: FailedItem): void {
  cli.output.notice(cli.format(MESSAGES.itemFailed, { file, reason: text }), 'bad');
  if (hint !== undefined) cli.output.notice(cli.format(LABELS.nextIs, { hint }));
}

function reportGone(cli: Cli, error: ServiceUnreachable, items: readonly AddedItem[]): void {
  cli.output.printFailure(serviceFailure(error) as LedgerError);
  const done = items.filter(({ state }) => state !== 'failed').length;
  if (items.length > 1) cli.output.notice(cli.format(MESSAGES.goOn, { done, total: items.length }));
}

/**
 * Waits and upgrades. What goes wrong here leaves items pending: they are registered, and their
 * receipts are on disk.
 */
async function reachGoal(
  cli: Cli,
  service: Service,
  home: string,
  added: readonly AddedItem[],
  goal: AnchorGoal,
  timeoutMs: number,
): Promise<readonly AddedItem[]> {
  let items = added;
  try {
    items = await anchorItems(cli, service, home, added, goal, timeoutMs);
  } catch (error) {
    const failed = serviceFailure(error);
    if (!(failed instanceof LedgerError)) throw failed;
    cli.output.notice(`evl: ${failed.text[cli.lang]}`, 'warn');
  }
  const count = items.filter(({ state }) => state === 'pending').length;
  if (count > 0) {
    const late = new LedgerError('not-anchored-in-time', { count, seconds: timeoutMs / 1000 });
    cli.output.notice(`evl: ${late.text[cli.lang]}`, 'warn');
  }
  return items;
}

function report(cli: Cli, items: readonly AddedItem[]): void {
  for (const item of items) {
    if (item.state !== 'failed') cli.output.line(`${item.number}\t${item.state}\t${item.file}`);
  }
  const count = (state: AddedItem['state']) => items.filter((item) => item.state === state).length;
  const failed = count('failed');
  const kept = items.filter((item) => item.state !== 'failed' && item.isKept).length;
  const done = items.length - failed;
  cli.output.notice(
    cli.format(MESSAGES.addSummary, { done, kept, anchored: count('anchored') + count('final'), failed }),
    failed > 0 ? 'bad' : 'plain',
  );
  cli.output.json({
    items: items.map((item) =>
      item.state === 'failed'
        ? {
            file: item.file,
            id: item.registered?.id ?? null,
            number: item.registered?.number ?? null,
            receipt: item.registered?.receiptPath === undefined ? null : pathText(item.registered.receiptPath).text,
            state: item.state,
            error: errorOf(cli, item.failure),
          }
        : {
            file: item.file,
            id: item.id,
            number: item.number,
            receipt: pathText(item.receiptPath).text,
            state: item.state,
          },
    ),
  });
}

function errorOf(cli: Cli, { code, text }: LedgerError): { code: string; message: string } {
  return { code, message: text[cli.lang] };
}

function exitOf(items: readonly AddedItem[], registrar: Registrar, goal: Options['wait']): number {
  const failures = items.filter((item): item is FailedItem => item.state === 'failed');
  if (failures.some(({ failure: { exit } }) => exit === EXIT.inconsistent)) return EXIT.inconsistent;
  const isUnreached = registrar.gone !== undefined && failures.length === items.length && !failures.some(isRegistered);
  if (isUnreached) return EXIT.indeterminate;
  if (failures.length > 0) return EXIT.batchWithFailures;
  return goal !== 'pending' && items.some(({ state }) => state === 'pending') ? EXIT.pending : EXIT.ok;
}

function isRegistered({ registered }: FailedItem): boolean {
  return registered !== undefined;
}

function secondsAsMs(text: string): number {
  if (!/^[0-9]{1,6}$/.test(text)) {
    throw new LedgerError('setting-wrong', {
      name: '--timeout',
      value: text.slice(0, 80),
      kind: SETTING_KINDS.seconds,
    });
  }
  return Number(text) * 1000;
}
