import { type Command, CommanderError } from 'commander';
import { EXIT } from '../text/exit-codes.ts';
import { COMMANDS } from '../text/help.ts';
import { LedgerError } from '../text/ledger-error.ts';
import { FOUND_SETTINGS, UNKNOWN_VARIABLE } from '../text/settings.ts';
import { takeSettings } from './settings/found-settings.ts';
import type { Message } from '../text/message.ts';
import { settingText, unknownVariables } from './settings/settings.ts';
import type { SettingsFile } from './settings/settings.ts';
import type { SettingName } from './settings/settings-table.ts';
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

/** A program of the command line: all commands, or those that one kind of user needs. */
export interface ProgramDefinition {
  /** As it is typed. */
  readonly name: string;
  /** What it does, in the help text. */
  readonly summary: Message;
  /** Those that its commands use, for the help text. */
  readonly settings: readonly SettingName[];
  /** In the order of the help text; `COMMANDS` has their summaries. */
  readonly commands: Readonly<Partial<Record<CommandName, () => Promise<CommandModule>>>>;
  /** Hidden commands, which shells and documents call; they know all others. */
  readonly helpers?: Readonly<Record<string, () => Promise<CommandModule>>>;
  /** Absent: the program reads no settings file. */
  readonly readConfig?: (env: NodeJS.ProcessEnv, machines?: string) => Promise<SettingsFile>;
}

type CommandName = keyof typeof COMMANDS;

/**
 * Runs one command line (without node and script) and returns the exit code. Throws only on a bug
 * of the program. After exit code 130 the interrupted work may still be running: end the process.
 */
export async function run(
  argv: readonly string[],
  surroundings: Surroundings,
  definition: ProgramDefinition,
): Promise<number> {
  const { env } = surroundings;
  const line = scan(argv);
  const { isJson, command } = line;
  const { readConfig = async () => ({}) } = definition;
  const read = await readConfig(env, surroundings.machineConfig).catch((error: unknown) => {
    if (error instanceof LedgerError) return error;
    throw error;
  });
  const { config, refused } = read instanceof LedgerError ? { config: read, refused: [] } : takeSettings(read, command);
  const flags = { lang: line.lang };
  const lang = chooseLanguage(settingText('lang', flags, env, config instanceof LedgerError ? {} : config), env);
  const widthOf = await textWidth(line.asksForHelp || surroundings.stderr.isTTY === true);
  const cli = createCli(surroundings, {
    isJson,
    lang,
    commands: Object.keys(definition.commands),
    config,
    flags,
    widthOf,
  });
  try {
    const { columns } = surroundings.stdout;
    const program = createProgram(definition, { lang, output: cli.output, columns, widthOf });
    if (!isCalledByShell(definition, command)) {
      for (const variable of unknownVariables(env)) {
        cli.output.notice(cli.format(UNKNOWN_VARIABLE, { name: variable }));
      }
      if (refused.length > 0) {
        const file = (config as SettingsFile).path!;
        cli.output.notice(cli.format(FOUND_SETTINGS, { file, names: refused.join(', ') }), 'warn');
      }
    }
    await addCommands(program, cli, definition, line);
    await program.parseAsync(argv, { from: 'user' });
    const exit = cli.exitCode ?? EXIT.ok;
    return exit === EXIT.ok && (await cli.output.isDataLost()) ? EXIT.usage : exit;
  } catch (error) {
    const failure = error instanceof CommanderError ? fromCommander(error, definition, command) : error;
    if (failure === undefined) return EXIT.ok;
    if (!(failure instanceof LedgerError)) throw failure;
    cli.output.failure(failure);
    return failure.exit;
  }
}

function isCalledByShell({ helpers = {} }: ProgramDefinition, command = ''): boolean {
  return command === 'completion' || Object.hasOwn(helpers, command);
}

/** Commands that work on named files rather than on the data folder. */
const WORKS_ON_FILES = ['add', 'verify', 'check', 'show', 'cert', 'receipt', 'trust', 'hash', 'audit', 'anchor'];

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
async function addCommands(
  program: Command,
  cli: Cli,
  { commands, helpers = {} }: ProgramDefinition,
  { command: chosen = '', completed }: CommandLine,
): Promise<void> {
  for (const [name, load] of Object.entries(commands)) {
    if (name === chosen || name === completed || chosen === 'reference') (await load()).addCommand(program, cli);
    else program.command(name);
    const command = program.commands.find((added) => added.name() === name);
    const summary = cli.format(COMMANDS[name as CommandName]);
    command?.summary(summary);
    if (command?.description() === '') command.description(summary);
  }
  if (Object.hasOwn(helpers, chosen)) (await helpers[chosen]!()).addCommand(program, cli);
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
function fromCommander(
  error: CommanderError,
  { name, commands }: ProgramDefinition,
  command: string | undefined,
): LedgerError | undefined {
  if (error.exitCode === 0) return undefined;
  const isKnown = command !== undefined && Object.hasOwn(commands, command);
  return usageFailure(error, isKnown ? `${name} ${command}` : name);
}
