import { EXIT } from '../text/exit-codes.ts';
import { LedgerError } from '../text/ledger-error.ts';
import { Command, CommanderError, Option } from 'commander';
import { COMMANDS, HELP_HEADINGS, USAGE } from '../text/help.ts';
import { type Lang, format, type Message } from '../text/message.ts';
import { type Cli, createCli } from './shell/context.ts';
import type { Output, TextWidth } from './shell/output.ts';
import type { Surroundings } from './shell/surroundings.ts';
import { chooseLanguage } from './shell/language.ts';
import { readConfig, settingText } from './settings/settings.ts';
import { SETTING_NAMES, SETTINGS } from './settings/settings-table.ts';
import { usageFailure } from './shell/usage-errors.ts';

/**
 * One subcommand: `scripts/commands/<name>.ts` exports this, and is loaded only when it is asked
 * for.
 */
export interface CommandModule {
  addCommand(program: Command, cli: Cli): void;
}

/**
 * Every subcommand, in the order of the help text; its summary is the entry of `COMMANDS` with the
 * same name.
 */
const MODULES: Readonly<Partial<Record<keyof typeof COMMANDS, () => Promise<CommandModule>>>> = {
  init: () => import('./commands/init.ts'),
  serve: () => import('./commands/serve.ts'),
  chain: () => import('./commands/chain.ts'),
  add: () => import('./commands/add.ts'),
  verify: () => import('./commands/verify.ts'),
  check: () => import('./commands/check.ts'),
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
  const { isJson, lang: langFlag, command, asksForHelp } = scan(argv);
  const config = await readConfig(env).catch((error: unknown) => {
    if (error instanceof LedgerError) return error;
    throw error;
  });
  const flags = { lang: langFlag };
  const lang = chooseLanguage(settingText('lang', flags, env, config instanceof LedgerError ? {} : config), env);
  const widthOf = await textWidth(asksForHelp || surroundings.stderr.isTTY === true);
  const cli = createCli(surroundings, { isJson, lang, config, flags, widthOf });
  try {
    const program = createProgram(lang, cli.output, surroundings.stdout.columns, widthOf);
    await addCommands(program, cli, command);
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

/** Commands that work on named files rather than on the data folder. */
const WORKS_ON_FILES = ['add', 'verify', 'check', 'receipt', 'trust', 'hash', 'audit', 'anchor'];

/**
 * Whether a command line names files of its caller; their paths are relative to the folder that the
 * caller is in.
 */
export function worksOnFiles(argv: readonly string[]): boolean {
  return WORKS_ON_FILES.includes(scan(argv).command ?? '');
}

function createProgram(lang: Lang, output: Output, columns: number | undefined, displayWidth: TextWidth): Command {
  const program = new Command('evl')
    .description(format(lang, USAGE.program))
    .version('0.1.0', '-V, --version', format(lang, USAGE.version))
    .helpOption('-h, --help', format(lang, USAGE.help))
    .helpCommand('help [command]', format(lang, USAGE.helpCommand))
    .addOption(new Option('--json', format(lang, USAGE.json)))
    .addOption(new Option('--lang <lang>', format(lang, USAGE.lang)).choices(['zh', 'en']))
    .addHelpText('after', () => settingsHelp(lang))
    .exitOverride()
    .showSuggestionAfterError(true)
    // Errors are printed by `run`, in the reader's language.
    .configureOutput({
      writeOut: (text) => output.bytes(text),
      writeErr: () => {},
      outputError: () => {},
      getOutHelpWidth: () => columns ?? 80,
    })
    .configureHelp({
      showGlobalOptions: true,
      displayWidth,
      styleTitle: (title) => {
        const words: Message | undefined = HELP_HEADINGS[title as keyof typeof HELP_HEADINGS];
        return words?.[lang] ?? title;
      },
    });
  return program;
}

/** Every setting with its variable, its name in the settings file, and what it is for. */
function settingsHelp(lang: Lang): string {
  const rows = SETTING_NAMES.map((name) => {
    const { env, [lang]: meaning } = SETTINGS[name];
    return `  ${env.padEnd(26)} ${name.padEnd(19)} ${meaning}`;
  });
  return `\n${[format(lang, USAGE.settings), ...rows].join('\n')}`;
}

/**
 * The chosen command is loaded whole; the others are names with a summary, so that help and
 * suggestions know them. For completion all are needed.
 */
async function addCommands(program: Command, cli: Cli, chosen: string | undefined): Promise<void> {
  for (const [name, load] of Object.entries(MODULES)) {
    if (name === chosen || chosen === 'completion') {
      const module = await load();
      module.addCommand(program, cli);
    } else {
      program.command(name);
    }
    const command = program.commands.find((added) => added.name() === name);
    const summary = cli.format(COMMANDS[name as keyof typeof COMMANDS]);
    command?.summary(summary);
    if (command !== undefined && command.description() === '') command.description(summary);
  }
}

/**
 * What must be known before commander can read the line: language, form of errors, and which
 * command to load.
 */
function scan(argv: readonly string[]): { isJson: boolean; lang: string | undefined; command: string | undefined } {
  const end = argv.includes('--') ? argv.indexOf('--') : argv.length;
  const words = argv.slice(0, end);
  const at = words.findIndex((word) => word === '--lang' || word.startsWith('--lang='));
  const lang = at < 0 ? undefined : words[at] === '--lang' ? words[at + 1] : words[at]!.slice('--lang='.length);
  const operands = words.filter((word, i) => !word.startsWith('-') && words[i - 1] !== '--lang');
  const command = operands[0] === 'help' ? operands[1] : operands[0];
  return { isJson: words.includes('--json'), lang, command };
}

/** Undefined where commander only shows help or version, as it was asked to. */
function fromCommander(error: CommanderError, command: string | undefined): LedgerError | undefined {
  if (error.exitCode === 0) return undefined;
  const isKnown = command !== undefined && Object.hasOwn(MODULES, command);
  return usageFailure(error, isKnown ? `evl ${command}` : 'evl');
}
