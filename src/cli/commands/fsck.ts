import { EXIT } from '../../text/exit-codes.ts';
import type { Command } from 'commander';
import { ContentStore } from '../../adapters/embedded-store/contents/content-store.ts';
import { type DataPaths, dataPaths, requireLedger, readIdentity } from '../../adapters/data-folder/data-folder.ts';
import { acquireFileLock } from '../../adapters/files/file-lock.ts';
import { checkStore } from '../../adapters/embedded-store/check/check.ts';
import type { StoreProblem } from '../../adapters/embedded-store/check/problems.ts';
import { nodeSha256, nodeTreeHasher } from '../../adapters/node-crypto/node-hashes.ts';
import { toBase64 } from '../../protocol/encoding/bytes.ts';
import { keysForSize, type Trust } from '../../protocol/trust.ts';
import { OPERATOR, REPAIR_STEPS } from '../../text/operator.ts';
import type { Cli } from '../shell/context.ts';
import { keyFaults } from '../../operations/key-faults.ts';
import { withLedgerErrors } from '../shell/errors.ts';

/** Reads all that is stored and compares it; writes nothing. The service must not run meanwhile. */
export function addCommand(program: Command, cli: Cli): void {
  program.command('fsck').action(cli.action(() => withLedgerErrors(() => fsck(cli))));
}

async function fsck(cli: Cli): Promise<number> {
  const paths = dataPaths(cli.settings().dataDir);
  requireLedger(paths);
  const lock = acquireFileLock(paths.lock);
  try {
    const identity = readIdentity(paths);
    const owners = new Map<string, bigint>();
    const store = await checkStore({
      dir: paths.dir,
      vkeys: (size) => keysForSize(identity, size),
      hash: nodeSha256,
      hasher: nodeTreeHasher,
      onProgress: (done) => cli.output.progress(cli.format(OPERATOR.fsckProgress, { done })),
      onContent: (record, sha256) => owners.set(sha256, owners.get(sha256) ?? record),
    });
    const problems = [...store.problems, ...(await checkContents(cli, paths, owners)), ...checkKeys(paths, identity)];
    tell(cli, problems);
    const [size, root] = [store.size.toString(), toBase64(store.root)];
    const isOk = problems.length === 0;
    if (isOk) cli.output.line(cli.format(OPERATOR.fsckOk, { size, root, contents: owners.size }), 'good');
    else cli.output.notice(cli.format(OPERATOR.fsckBad, { count: problems.length + store.omittedCount }), 'bad');
    cli.output.json({
      ok: isOk,
      size,
      root,
      problems: problems.map((problem) => problemJson(cli, problem)),
      omitted: store.omittedCount,
    });
    return isOk ? EXIT.ok : EXIT.inconsistent;
  } finally {
    lock.release();
  }
}

/** Every content that a record owns, read whole. `owners` is the first record of each. */
async function checkContents(cli: Cli, paths: DataPaths, owners: ReadonlyMap<string, bigint>): Promise<StoreProblem[]> {
  const contents = new ContentStore(paths.contents);
  const problems: StoreProblem[] = [];
  let done = 0;
  for (const [sha256, record] of owners) {
    cli.output.progress(cli.format(OPERATOR.fsckContents, { done: ++done, total: owners.size }));
    const problem = await contents.check(sha256);
    if (problem === undefined) continue;
    const { code, file, message } = problem;
    problems.push({ code, where: { file, record }, message, repair: 'put-back' });
  }
  return problems;
}

function checkKeys(paths: DataPaths, identity: Trust): StoreProblem[] {
  return keyFaults(paths, identity).map(({ code, file, message }) => {
    return { code, where: { file }, message: { zh: message, en: message }, repair: code === 'key-file-open' ? 'close-key' : 'restore-key' };
  });
}

function tell(cli: Cli, problems: readonly StoreProblem[]): void {
  for (const { code, where, message, repair } of problems) {
    const { file, offset } = where;
    const place = file === undefined ? '' : ` ${file}${offset === undefined ? '' : `:${offset}`}`;
    cli.output.line(`${code}${place}: ${cli.format(message)}`, 'bad');
    if (repair !== undefined)
      cli.output.line(`  ${cli.format(OPERATOR.repair, { repair: cli.format(REPAIR_STEPS[repair]) })}`);
  }
}

function problemJson(cli: Cli, { where, repair, code, message }: StoreProblem): object {
  const { record, lastRecord, ...place } = where;
  const records = {
    ...(record !== undefined && { record: record.toString() }),
    ...(lastRecord !== undefined && { lastRecord: lastRecord.toString() }),
  };
  return { code, message: message.en, ...(repair && { repair: cli.format(REPAIR_STEPS[repair]) }), where: { ...place, ...records } };
}
