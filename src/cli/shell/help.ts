import { type Argument, Command, type Help, Option } from 'commander';
import { HELP, HELP_HEADINGS, USAGE } from '../../text/help.ts';
import { bilingual, format, type Lang, type Message } from '../../text/message.ts';
import { VERSION } from '../../server/version.ts';
import { type SettingName, SETTINGS } from '../settings/settings-table.ts';
import type { Output, TextWidth } from './output.ts';

/** What the help text of a program states. */
interface ProgramFacts {
  /** As it is typed. */
  readonly name: string;
  readonly summary: Message;
  readonly settings: readonly SettingName[];
  /** Undefined: it reads no settings file. */
  readonly readConfig?: unknown;
}

interface HelpOptions {
  readonly lang: Lang;
  readonly output: Output;
  /** Of the terminal, if any. */
  readonly columns: number | undefined;
  readonly widthOf: TextWidth | undefined;
}

/** The program without its commands: general options, and help in the reader's language. */
export function createProgram(facts: ProgramFacts, { lang, output, columns, widthOf }: HelpOptions): Command {
  return (
    new Command(facts.name)
      .description(format(lang, USAGE.program, { summary: facts.summary }))
      .version(VERSION, '-V, --version', format(lang, USAGE.version))
      .helpOption('-h, --help', format(lang, USAGE.help))
      .helpCommand('help [command]', format(lang, USAGE.helpCommand))
      .addOption(new Option('--json', format(lang, USAGE.json)))
      .addOption(new Option('--lang <lang>', format(lang, USAGE.lang)).choices(['zh', 'en']))
      .addHelpText('after', () => settingsHelp(lang, facts))
      .exitOverride()
      .showSuggestionAfterError(true)
      // Errors are printed by `run`, in the reader's language.
      .configureOutput({
        writeOut: (text) => output.bytes(text),
        writeErr: () => {},
        outputError: () => {},
        getOutHelpWidth: () => columns ?? 80,
      })
      .configureHelp({ ...helpIn(lang), ...(widthOf !== undefined && { displayWidth: widthOf }) })
  );
}

function helpIn(lang: Lang): Partial<Help> {
  return {
    showGlobalOptions: true,
    styleTitle: (title) => headingOf(title)?.[lang] ?? title,
    styleUsage: (usage) => usageIn(lang, usage),
    subcommandTerm: (command) => command.name(),
    optionDescription: (option) => `${option.description}${valueNote(lang, option)}`,
    argumentDescription: (argument) => `${argument.description}${valueNote(lang, argument)}`,
  };
}

function headingOf(title: string): Message | undefined {
  return Object.hasOwn(HELP_HEADINGS, title) ? HELP_HEADINGS[title as keyof typeof HELP_HEADINGS] : undefined;
}

/** A usage line of commander, whose two general words are English. */
export function usageIn(lang: Lang, usage: string): string {
  return usage
    .replace('[options]', `[${format(lang, HELP.options)}]`)
    .replace('[command]', `[${format(lang, HELP.command)}]`);
}

/** The allowed values and the default of an option or argument, in brackets; else empty. */
function valueNote(lang: Lang, { argChoices, defaultValue }: Option | Argument): string {
  const notes: Message[] = [];
  if (argChoices !== undefined) notes.push(bilingual(HELP.choices, { choices: argChoices.join(' | ') }));
  if (typeof defaultValue === 'string') notes.push(bilingual(HELP.default, { value: defaultValue }));
  if (notes.length === 0) return '';
  return lang === 'zh' ? `（${notes.map(({ zh }) => zh).join('；')}）` : ` (${notes.map(({ en }) => en).join('; ')})`;
}

/** The settings with their variables, their names in the settings file, and what they are for. */
function settingsHelp(lang: Lang, { settings, readConfig }: ProgramFacts): string {
  const rows = settings.map((setting) => {
    const { env, [lang]: meaning } = SETTINGS[setting];
    const inFile = readConfig === undefined ? '' : ` ${setting.padEnd(19)}`;
    return `  ${env.padEnd(26)}${inFile} ${meaning}`;
  });
  const heading = readConfig === undefined ? USAGE.variables : USAGE.settings;
  return `\n${[format(lang, heading), ...rows].join('\n')}`;
}
