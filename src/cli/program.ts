import { type Command, CommanderError } from 'commander';
import { EXIT } from '../text/exit-codes.ts';
import { COMMANDS } from '../text/help.ts';
import { LedgerError } from '../text/ledger-error.ts';
import { UNKNOWN_VARIABLE } from '../text/settings.ts';
import { readConfig, settingText, unknownVariables } from './settings/settings.ts';
import { type Cli, createCli } from './shell/context.ts';
import { createProgram } from './shell/help.ts';
import { chooseLanguage } from './shell/language.ts';
import type { TextWidth } from './shell/output.ts';
import type { Surroundings } from './shell/surroundings.ts';
import { usageFailure } from './shell/usage-errors.ts';

/** One command, exported by `commands/<name>.ts` and loaded when it is used. */
interface CommandModule {
  addCommand(program: Command, cli: Cli): void;
}

/** Every command, in the order of the help text; `COMMANDS` has its summary. */
const MODULES: Readonly<Partial<Record<keyof typeof COMMANDS, () => Promise<CommandModule>>>> = {
  init: () => import('./commands/init.ts'),
  serve: () => import('./commands/serve.ts'),
  chain: () => import('./commands/chain.ts'),
  add: () => import('./commands/add.ts'),
  verify: () => import('./commands/verify.ts'),
  check: () => import('./commands/check.ts'),
  list: () => import('./commands/list.ts'),
  show: () => import('./commands/show.ts'),
  receipt: () => import('./commands/receipt.ts'),
  trust: () => import('./commands/trust.ts'),
  key: () => import('./commands/key.ts'),
  hash: () => import('./commands/hash.ts'),
  anchor: () => import('./commands/anchor.ts'),
  audit: () => import('./commands/audit.ts'),
  fsck: () => import('./commands/fsck.ts'),
  repair: () => import('./commands/repair.ts'),
  backup: () => import('./commands/backup.ts'),
  restore: () => import('./commands/restore.ts'),
  doctor: () => import('./commands/doctor.ts'),
  'rebuild-index': () => import('./commands/rebuild-index.ts'),
  witness: () => import('./commands/witness.ts'),
  settings: () => import('./commands/settings.ts'),
  completion: () => import('./commands/completion.ts'),
};

/**
 * Runs one command line (without node and script) and returns the exit code. Throws only on a bug
 * of the program. After exit code 130 the interrupted work may still be running: end the process.
 */
export async function run(argv: readonly string[], surroundings: Surroundings): Promise<number> {
  const { env } = surroundings;
  const line = scan(argv);
  const { isJson, command } = line;
  const config = await readConfig(env, surroundings.machineConfig).catch((error: unknown) => {
    if (error instanceof LedgerError) return error;
    throw error;
  });
  const flags = { lang: line.lang };
  const lang = chooseLanguage(settingText('lang', flags, env, config instanceof LedgerError ? {} : config), env);
  const widthOf = await textWidth(line.asksForHelp || surroundings.stderr.isTTY === true);
  const cli = createCli(surroundings, { isJson, lang, config, flags, widthOf });
  try {
    const program = createProgram({ lang, output: cli.output, columns: surroundings.stdout.columns, widthOf });
    if (!HELPERS.has(command))
      for (const name of unknownVariables(env)) cli.output.notice(cli.format(UNKNOWN_VARIABLE, { name }));
    await addCommands(program, cli, line);
    await program.parseAsync(argv, { from: 'user' });
    const exit = cli.exitCode ?? EXIT.ok;
    return exit === EXIT.ok && (await cli.output.isDataLost()) ? EXIT.usage : exit;
  } catch (error) {
    const failure = error instanceof CommanderError ? fromCommander(error, command) : error;
    if (failure === undefined) return EXIT.ok;
    if (!(failure instanceof LedgerError)) throw failure;
    cli.output.failure(failure);
    return failure.exit;
  }
}

/** Called by shells and for documents. */
const HELPERS: ReadonlySet<string | undefined> = new Set(['complete', 'completion', 'reference']);

/** Commands that work on named files rather than on the data folder. */
const WORKS_ON_FILES = ['add', 'verify', 'check', 'show', 'receipt', 'trust', 'hash', 'audit', 'anchor'];

/**
 * Whether a command line names files of its caller; their paths are relative to the folder that the
 * caller is in.
 */
export function worksOnFiles(argv: readonly string[]): boolean {
  return WORKS_ON_FILES.includes(scan(argv).command ?? '');
}

/**
 * Adds all commands: the chosen one with its options, the others as names with a summary, for help
 * and suggestions.
 */
async function addCommands(program: Command, cli: Cli, { command: chosen, completed }: CommandLine): Promise<void> {
  for (const [name, load] of Object.entries(MODULES)) {
    if (name === chosen || name === completed || chosen === 'reference') (await load()).addCommand(program, cli);
    else program.command(name);
    const command = program.commands.find((added) => added.name() === name);
    const summary = cli.format(COMMANDS[name as keyof typeof COMMANDS]);
    command?.summary(summary);
    if (command?.description() === '') command.description(summary);
  }
  if (chosen === 'complete') (await import('./commands/completion.ts')).addCompleteCommand(program, cli);
  if (chosen === 'reference') (await import('./commands/reference.ts')).addCommand(program, cli);
}

/** What must be known of a command line before commander can read it. */
interface CommandLine {
  readonly isJson: boolean;
  readonly lang: string | undefined;
  readonly command: string | undefined;
  /** The command whose words `evl complete` is asked for. */
  readonly completed: string | undefined;
  readonly asksForHelp: boolean;
}

function scan(argv: readonly string[]): CommandLine {
  const end = argv.includes('--') ? argv.indexOf('--') : argv.length;
  const words = argv.slice(0, end);
  const at = words.findIndex((word) => word === '--lang' || word.startsWith('--lang='));
  const lang = at < 0 ? undefined : words[at] === '--lang' ? words[at + 1] : words[at]!.slice('--lang='.length);
  const operands = operandsOf(words);
  return {
    isJson: words.includes('--json'),
    lang,
    command: operands[0] === 'help' ? operands[1] : operands[0],
    completed: operandsOf(argv.slice(end + 1))[0],
    asksForHelp: operands[0] === 'help' || words.includes('--help') || words.includes('-h'),
  };
}

function operandsOf(words: readonly string[]): readonly string[] {
  return words.filter((word, i) => !word.startsWith('-') && words[i - 1] !== '--lang');
}

/** The width of texts on a terminal, loaded where something is aligned or cut. */
async function textWidth(isNeeded: boolean): Promise<TextWidth | undefined> {
  return isNeeded ? (await import('string-width')).default : undefined;
}

/** The error of a wrong command line; undefined where commander has shown help or the version. */
function fromCommander(error: CommanderError, command: string | undefined): LedgerError | undefined {
  if (error.exitCode === 0) return undefined;
  const isKnown = command !== undefined && Object.hasOwn(MODULES, command);
  return usageFailure(error, isKnown ? `evl ${command}` : 'evl');
}
