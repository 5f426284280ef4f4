import { type Argument, Command, type Help, Option } from 'commander';
import { HELP, HELP_HEADINGS, USAGE } from '../../text/help.ts';
import { bilingual, format, type Lang, type Message } from '../../text/message.ts';
import { VERSION } from '../../server/version.ts';
import { SETTING_NAMES, type SettingName, SETTINGS } from '../settings/settings-table.ts';
import type { Output, TextWidth } from './output.ts';

interface ProgramOptions {
  /** As it is typed. */
  readonly name: string;
  readonly lang: Lang;
  readonly output: Output;
  /** Of the terminal, if any. */
  /** Those that the help lists; undefined: all. */
  readonly settings: readonly SettingName[] | undefined;
  readonly columns: number | undefined;
  readonly widthOf: TextWidth | undefined;
}

/** The program without its commands: general options, and help in the reader's language. */
export function createProgram({ name, lang, output, settings, columns, widthOf }: ProgramOptions): Command {
  return (
    new Command(name)
      .description(format(lang, USAGE.program))
      .version(VERSION, '-V, --version', format(lang, USAGE.version))
      .helpOption('-h, --help', format(lang, USAGE.help))
      .helpCommand('help [command]', format(lang, USAGE.helpCommand))
      .addOption(new Option('--json', format(lang, USAGE.json)))
      .addOption(new Option('--lang <lang>', format(lang, USAGE.lang)).choices(['zh', 'en']))
      .addHelpText('after', () => settingsHelp(lang, settings ?? SETTING_NAMES))
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

/** Settings with their variables, their names in the settings file, and what they are for. */
function settingsHelp(lang: Lang, names: readonly SettingName[]): string {
  const rows = names.map((name) => {
    const { env, [lang]: meaning } = SETTINGS[name];
    return `  ${env.padEnd(26)} ${name.padEnd(19)} ${meaning}`;
  });
  return `\n${[format(lang, USAGE.settings), ...rows].join('\n')}`;
}
