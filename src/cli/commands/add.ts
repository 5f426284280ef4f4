import { type Command, Option } from 'commander';
import pMap from 'p-map';
import { argumentPaths, type PathBytes, pathText } from '../../adapters/files/path-bytes.ts';
import type { Service } from '../../client/http.ts';
import { ServiceUnreachable } from '../../client/service-errors.ts';
import { HASHES } from '../../compose/hashes.ts';
import { evidenceView } from '../../kinds/evidence/view.ts';
import type { FileFacts } from '../../protocol/verify/record-steps.ts';
import { Registrar } from '../../registrar/registrar.ts';
import { EXIT } from '../../text/exit-codes.ts';
import { ADD } from '../../text/help.ts';
import { LABELS } from '../../text/labels.ts';
import { LedgerError } from '../../text/ledger-error.ts';
import { bilingual } from '../../text/message.ts';
import { ADDING } from '../../text/adding.ts';
import { RECORD_STATES, type RecordState } from '../../text/record-states.ts';
import { SETTING_KINDS } from '../../text/settings.ts';
import { nodeSettings, rpcUrlsOf, serviceOf } from '../settings/service-settings.ts';
import { refusedCharacters } from '../../kinds/plain-text.ts';
import { SKIP_REASONS } from '../../text/skip-reasons.ts';
import { cachingVerifier } from '../../verifier/memoize.ts';
import { nodesByFetch } from '../../verifier/nodes.ts';
import type { Cli } from '../shell/context.ts';
import { keepHeapSmall } from '../shell/small-heap.ts';
import { WorkProgress } from '../shell/work-progress.ts';
import {
  addDigest,
  addFile,
  addStream,
  type AddedItem,
  type AddSettings,
  type EvidenceRegistrar,
  type FailedItem,
  type Source,
} from '../tasks/add-item.ts';
import { echoCaseNumber } from '../tasks/case-number.ts';
import { readCollection } from '../tasks/collection-file.ts';
import { type FailedPath, type FileListing, listFiles, type SkippedFile } from '../tasks/list-files.ts';
import { renamedReceipts } from '../tasks/earlier-receipts.ts';
import { askOfContent } from '../tasks/kept-content.ts';
import { anchorJudge } from '../tasks/judge-anchor.ts';
import { hasReached, judgeOwnAnchors, reachState, type StateGoal } from '../tasks/reach-state.ts';
import { learnTotal } from '../tasks/total-size.ts';
import { trustForAdding } from '../tasks/trust-for-adding.ts';
import { fileTrustMemory } from '../tasks/trust-memory.ts';

type Statements = Omit<AddSettings, 'checks' | 'trustOf' | 'keeps' | 'renamed'>;

interface Options {
  readonly case?: string;
  readonly caseAsIs?: boolean;
  readonly title?: string;
  readonly name?: string;
  readonly sha256?: string;
  readonly sm3?: string;
  readonly size?: string;
  readonly hashOnly?: boolean;
  readonly wait: RecordState | typeof REGISTERED_ALIAS;
  readonly timeout: string;
  readonly receiptDir?: string;
  readonly collection?: string;
  readonly exclude?: readonly string[];
  readonly url?: string;
}

/** What `--wait registered` was called before. */
const REGISTERED_ALIAS = 'pending';
/** Small files wait mostly for the disks of both sides. */
const FILES_AT_ONCE = 24;
/** Where the bytes stay on this machine, many items wait for one answer. */
const DIGESTS_AT_ONCE = 256;

export function addCommand(program: Command, cli: Cli): void {
  program
    .command('add')
    .argument('[paths...]', cli.format(ADD.paths))
    .option('--case <number>', cli.format(ADD.case))
    .option('--case-as-is', cli.format(ADD.caseAsIs))
    .option('--title <text>', cli.format(ADD.title))
    .option('--name <name>', cli.format(ADD.name))
    .option('--sha256 <hex>', cli.format(ADD.sha256))
    .option('--sm3 <hex>', cli.format(ADD.sm3))
    .option('--size <bytes>', cli.format(ADD.size))
    .option('--hash-only', cli.format(ADD.hashOnly))
    .addOption(waitOption(cli))
    .option('--timeout <seconds>', cli.format(ADD.timeout), '300')
    .option('--receipt-dir <folder>', cli.format(ADD.receiptDir))
    .option('--collection <file>', cli.format(ADD.collection))
    .option('--exclude <pattern>', cli.format(ADD.exclude), collectPatterns)
    .option('--url <url>', cli.format(ADD.url))
    .action(cli.action(async (paths: string[], options: Options) => add(cli, paths, options)));
}

/** Help and completion list the states; the alias is accepted and not listed. */
function waitOption(cli: Cli): Option {
  const option = new Option('--wait <state>', cli.format(ADD.wait)).choices(RECORD_STATES).default('registered');
  const parse = option.parseArg!;
  return option.argParser((value, previous) => parse(value === REGISTERED_ALIAS ? 'registered' : value, previous));
}

function collectPatterns(pattern: string, before: readonly string[] = []): readonly string[] {
  return [...before, pattern];
}

async function add(cli: Cli, paths: readonly string[], options: Options): Promise<number> {
  keepHeapSmall();
  const timeoutMs = secondsAsMs(options.timeout);
  const digests = digestsOf(options, paths);
  const settings = cli.settings({ url: options.url, case: options.case });
  const stated = await statementsOf(options, settings.case);
  const service = await serviceOf(settings, cli.lang);
  if (service.apiKey !== undefined) cli.output.notice(cli.format(ADDING.notErased));
  if (stated.case.asIs !== true) await echoCaseNumber(cli, service, stated.case.number, settings.caseFormats);
  const listing = await list(cli, paths, options, stated);
  const trustOf = trustForAdding(service, fileTrustMemory(settings.home));
  const checks = { sha256: HASHES.sha256, verifySignature: cachingVerifier(HASHES.sha256) };
  const registrar = new Registrar(service, evidenceView, { ...checks, trustOf }, sayOnce(cli, service));
  const keeps = askOfContent(service);
  const addSettings = { ...stated, checks, trustOf, keeps, renamed: renamedReceipts(listing) };
  const added =
    digests !== undefined
      ? [await addByDigest(cli, registrar, addSettings, options.name, digests)]
      : paths.includes('-')
        ? [await addStandardInput(cli, registrar, addSettings, paths, options.name)]
        : await addFiles(cli, registrar, addSettings, listing.files);
  const goal = options.wait as RecordState;
  const askNodes = nodesByFetch(nodeSettings(rpcUrlsOf(undefined, settings), settings, service));
  const items =
    goal === 'registered'
      ? added
      : await waitFor(
          cli,
          {
            state: goal,
            service,
            home: settings.home,
            timeoutMs,
            hashes: HASHES,
            judgeAnchor: anchorJudge(trustOf, askNodes),
          },
          added,
        );
  if (registrar.outage !== undefined) reportOutage(cli, registrar.outage, items);
  report(cli, items, leftOut(listing, items));
  return exitOf(items, registrar, goal);
}

async function statementsOf(options: Options, caseNumber: string | undefined): Promise<Statements> {
  const collection = options.collection === undefined ? undefined : await readCollection(options.collection);
  const number = caseNumber?.trim() ?? '';
  if (number === '') throw new LedgerError('case-missing');
  const title = options.title?.trim();
  requirePlain('--case', number);
  requirePlain('--title', title);
  requirePlain('--name', options.name);
  const [receiptFolder] = argumentPaths(options.receiptDir === undefined ? [] : [options.receiptDir]);
  return {
    case: { number, ...(title !== undefined && { title }), ...(options.caseAsIs === true && { asIs: true }) },
    keepsContent: options.hashOnly !== true && options.sha256 === undefined,
    collection,
    receiptFolder,
  };
}

function requirePlain(name: string, text: string | undefined): void {
  const characters = refusedCharacters(text ?? '');
  if (characters.length > 0) throw new LedgerError('text-not-plain', { name, characters: characters.join(', ') });
}

async function list(cli: Cli, paths: readonly string[], options: Options, stated: Statements): Promise<FileListing> {
  if (paths.length === 0 || paths.includes('-')) return { files: [], skipped: [] };
  if (options.name !== undefined) throw new LedgerError('name-not-for-many');
  const listing = await listFiles(stated, argumentPaths(paths), options.exclude ?? []);
  // Receipts are named at the end, but for those of the files that are registered.
  for (const { path, reason } of listing.skipped) if (reason !== 'receipt') printLeftOut(cli, path, reason);
  return listing;
}

/** Reports the first time that the service is waited for. */
function sayOnce(cli: Cli, { url }: Service): () => void {
  let hasSaid = false;
  return () => {
    if (!hasSaid) cli.output.notice(cli.format(ADDING.waitingForService, { url }), 'warn');
    hasSaid = true;
  };
}

async function addFiles(
  cli: Cli,
  registrar: EvidenceRegistrar,
  settings: AddSettings,
  files: readonly (Source | FailedPath)[],
): Promise<AddedItem[]> {
  let done = 0;
  const progress = new WorkProgress({ files: files.length });
  const showProgress = () => cli.output.progress(() => progress.text()[cli.lang]);
  const onBytes = (count: number) => {
    progress.addBytes(count);
    showProgress();
  };
  const sizes = new AbortController();
  // read, and sent
  const passes = settings.keepsContent ? 2 : 1;
  if (!cli.output.isJson) void learnTotal(progress, files, sizes.signal, passes);
  cli.onInterrupt(() => bilingual(ADDING.goOn, { done, total: files.length }));
  const addOne = async (file: Source | FailedPath) => {
    const item = await asItem(cli, file.path, async () => {
      if ('failure' in file) throw file.failure;
      if (file.isNameEscaped === true) {
        cli.output.notice(cli.format(ADDING.escapedName, { name: file.name }), 'warn');
      }
      return addFile(registrar, settings, file, onBytes);
    });
    if (item.state !== 'failed') {
      done++;
      if (item.size === 0) cli.output.notice(cli.format(ADDING.emptyFile, { file: item.file }), 'warn');
    }
    progress.addFile();
    showProgress();
    return item;
  };
  const items = await pMap(files, addOne, { concurrency: settings.keepsContent ? FILES_AT_ONCE : DIGESTS_AT_ONCE });
  sizes.abort();
  cli.output.endProgress();
  return items;
}

/** What is registered without its file; undefined: files are. */
function digestsOf({ sha256, sm3, size }: Options, paths: readonly string[]): FileFacts | undefined {
  if (sha256 === undefined) {
    if (paths.length === 0) throw new LedgerError('add-needs-paths');
    if (sm3 !== undefined || size !== undefined) throw new LedgerError('digest-alone');
    return undefined;
  }
  if (paths.length > 0) throw new LedgerError('digest-alone');
  return {
    sha256: hexOf('--sha256', sha256),
    ...(sm3 !== undefined && { sm3: hexOf('--sm3', sm3) }),
    ...(size !== undefined && { size: bytesOf(size) }),
  };
}

function hexOf(name: string, text: string): string {
  if (/^[0-9a-fA-F]{64}$/.test(text)) return text.toLowerCase();
  throw new LedgerError('setting-wrong', { name, value: text.slice(0, 80), kind: SETTING_KINDS.hex64 });
}

function bytesOf(text: string): number {
  if (/^[0-9]{1,15}$/.test(text)) return Number(text);
  throw new LedgerError('setting-wrong', { name: '--size', value: text.slice(0, 80), kind: SETTING_KINDS.bytes });
}

async function addByDigest(
  cli: Cli,
  registrar: EvidenceRegistrar,
  settings: AddSettings,
  name: string | undefined,
  digests: FileFacts,
): Promise<AddedItem> {
  if (name === undefined || name === '') throw new LedgerError('digest/name-missing');
  return asItem(cli, Buffer.from(name), async () => addDigest(registrar, settings, name, digests));
}

async function addStandardInput(
  cli: Cli,
  registrar: EvidenceRegistrar,
  settings: AddSettings,
  paths: readonly string[],
  name: string | undefined,
): Promise<AddedItem> {
  if (paths.length > 1) throw new LedgerError('stdin-alone');
  if (name === undefined || name === '') throw new LedgerError('name-missing');
  return asItem(cli, Buffer.from(name), async () => addStream(registrar, settings, cli.stdin, name));
}

/** A failed item does not stop the others; it is printed at once, and again in the summary. */
async function asItem(cli: Cli, path: PathBytes, body: () => Promise<AddedItem>): Promise<AddedItem> {
  try {
    const item = await body();
    if (item.state === 'failed') printFailed(cli, item);
    return item;
  } catch (failure) {
    if (!(failure instanceof LedgerError)) throw failure;
    const item: FailedItem = { file: pathText(path).text, state: 'failed', failure };
    // An unreachable service is reported once, at the end, and not for each of thousands of files.
    if (!(failure instanceof ServiceUnreachable)) printFailed(cli, item);
    return item;
  }
}

function printFailed(cli: Cli, { file, failure: { text, hint } }: FailedItem): void {
  cli.output.notice(cli.format(ADDING.itemFailed, { file, reason: text }), 'bad');
  if (hint !== undefined) cli.output.notice(cli.format(LABELS.nextIs, { hint }));
}

function reportOutage(cli: Cli, outage: ServiceUnreachable, items: readonly AddedItem[]): void {
  cli.output.printFailure(outage);
  const done = items.filter(isRegistered).length;
  if (items.length > 1) cli.output.notice(cli.format(ADDING.goOn, { done, total: items.length }));
}

/**
 * Waits for the state. Failures leave items in the state that they have: they are registered, and
 * their receipts are on disk.
 */
async function waitFor(cli: Cli, goal: StateGoal, added: readonly AddedItem[]): Promise<readonly AddedItem[]> {
  let items = await judgeOwnAnchors(goal, added);
  try {
    items = await reachState(cli, goal, items);
  } catch (error) {
    if (!(error instanceof LedgerError)) throw error;
    cli.output.notice(`evl: ${error.text[cli.lang]}`, 'warn');
  }
  for (const item of items) if (item.state === 'failed' && !added.includes(item)) printFailed(cli, item);
  const count = items.filter((item) => isBelow(item, goal.state)).length;
  if (count > 0) {
    const code = goal.state === 'published' ? 'not-published-in-time' : 'not-anchored-in-time';
    const late = new LedgerError(code, { count, seconds: goal.timeoutMs / 1000 });
    cli.output.notice(`evl: ${late.text[cli.lang]}`, 'warn');
  }
  return items;
}

/** Whether its record is in the log, whatever failed afterwards. */
function isRegistered(item: AddedItem): boolean {
  return item.state !== 'failed' || item.record !== undefined;
}

function isBelow(item: AddedItem, goal: RecordState): boolean {
  return item.state !== 'failed' && !hasReached(item.state, goal);
}

/** What is not registered: all that was skipped but the receipts of what is. */
function leftOut({ skipped }: FileListing, items: readonly AddedItem[]): SkippedFile[] {
  const receipts = items.flatMap(
    (item) => (item.state === 'failed' ? item.record?.receiptPath : item.receiptPath) ?? [],
  );
  const own = new Set(receipts.map((path) => path.toString('latin1')));
  return skipped.filter(({ path }) => !own.has(path.toString('latin1')));
}

function printLeftOut(cli: Cli, path: PathBytes, reason: SkippedFile['reason']): void {
  cli.output.notice(cli.format(ADDING.skipped, { file: pathText(path).text, reason: SKIP_REASONS[reason] }), 'warn');
}

function report(cli: Cli, items: readonly AddedItem[], skipped: readonly SkippedFile[]): void {
  for (const { path, reason } of skipped) if (reason === 'receipt') printLeftOut(cli, path, reason);
  for (const item of items) {
    if (item.state !== 'failed') cli.output.line(`${item.number}\t${item.state}\t${item.file}`);
  }
  const count = (state: AddedItem['state']) => items.filter((item) => item.state === state).length;
  const done = items.filter(isRegistered).length;
  const failed = items.length - done;
  const unfinished = count('failed') - failed;
  const kept = items.filter((item) => item.state !== 'failed' && item.isKept).length;
  cli.output.notice(
    cli.format(ADDING.addSummary, {
      done,
      kept,
      anchored: count('anchored') + count('final'),
      failed,
      skipped: skipped.length,
    }),
    failed > 0 ? 'bad' : 'plain',
  );
  if (unfinished > 0) cli.output.notice(cli.format(ADDING.addUnfinished, { count: unfinished }), 'bad');
  const unknown = items.filter((item) => item.state !== 'failed' && item.isContentUnknown === true).length;
  if (unknown > 0) cli.output.notice(cli.format(ADDING.contentNotAsked, { count: unknown }), 'warn');
  cli.output.json({
    items: items.map((item) => itemJson(cli, item)),
    skipped: skipped.map(({ path, reason }) => ({ file: pathText(path).text, reason })),
  });
}

function itemJson(cli: Cli, item: AddedItem): object {
  const { file, state } = item;
  if (item.state !== 'failed') {
    return { file, id: item.id, number: item.number, receipt: pathText(item.receiptPath).text, state };
  }
  const { record, failure } = item;
  return {
    file,
    id: record?.id ?? null,
    number: record?.number ?? null,
    receipt: record?.receiptPath === undefined ? null : pathText(record.receiptPath).text,
    state,
    error: { code: failure.code, message: failure.text[cli.lang] },
  };
}

function exitOf(items: readonly AddedItem[], registrar: EvidenceRegistrar, goal: RecordState): number {
  const failures = items.filter((item): item is FailedItem => item.state === 'failed');
  if (failures.some(({ failure: { exit } }) => exit === EXIT.inconsistent)) return EXIT.inconsistent;
  if (registrar.outage !== undefined && !items.some(isRegistered)) return EXIT.indeterminate;
  if (failures.length > 0) return EXIT.batchWithFailures;
  return items.some((item) => isBelow(item, goal)) ? EXIT.pending : EXIT.ok;
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
