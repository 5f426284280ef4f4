import type { Argument, Command, Option } from 'commander';
import { EXIT_MEANINGS, HELP_HEADINGS, REFERENCE } from '../../text/help.ts';
import type { Lang } from '../../text/message.ts';
import { usageIn } from './help.ts';

/** The page of all commands in Markdown: usage, arguments, options and exit codes. */
export function commandReference(program: Command, lang: Lang): string {
  const exits = EXIT_MEANINGS.map(({ exit, ...meaning }) => `| ${exit} | ${meaning[lang]} |`);
  const parts = [
    `# ${REFERENCE.title[lang]}`,
    REFERENCE.intro[lang],
    `## ${REFERENCE.general[lang]}`,
    table(lang, 'Options:', optionRows(program)),
    `## ${REFERENCE.exitCodes[lang]}`,
    [`| ${REFERENCE.exitCode[lang]} | ${REFERENCE.meaning[lang]} |`, '| --- | --- |', ...exits].join('\n'),
    ...visibleCommands(program).flatMap((command) => sectionsOf(command, lang)),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function sectionsOf(command: Command, lang: Lang): readonly string[] {
  const help = command.createHelp();
  const children = visibleCommands(command);
  const isRunnable = children.length === 0 || command.name() === 'chain';
  const own = [
    `${'#'.repeat(depthOf(command) + 1)} ${pathOf(command)}`,
    sentence(command.description(), lang),
    isRunnable ? `\`\`\`\n${usageIn(lang, help.commandUsage(command))}\n\`\`\`` : '',
    table(lang, 'Arguments:', argumentRows(command)),
    table(lang, 'Options:', optionRows(command)),
  ];
  return [...own, ...children.flatMap((child) => sectionsOf(child, lang))];
}

function sentence(text: string, lang: Lang): string {
  return lang === 'zh' ? `${text}。` : `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

type Row = readonly [term: string, description: string];

function argumentRows(command: Command): readonly Row[] {
  const help = command.createHelp();
  return command.registeredArguments.map((each: Argument) => [help.argumentTerm(each), help.argumentDescription(each)]);
}

function optionRows(command: Command): readonly Row[] {
  const help = Object.assign(command.createHelp(), command.configureHelp());
  return command.options
    .filter(({ hidden }: Option) => !hidden)
    .map((each) => [each.flags, help.optionDescription(each)]);
}

function table(lang: Lang, heading: keyof typeof HELP_HEADINGS, rows: readonly Row[]): string {
  if (rows.length === 0) return '';
  const name = HELP_HEADINGS[heading][lang].replace(/[:：]$/, '');
  const lines = rows.map(([term, description]) => `| \`${term}\` | ${description.replaceAll('|', '\\|')} |`);
  return [`| ${name} | ${REFERENCE.meaning[lang]} |`, '| --- | --- |', ...lines].join('\n');
}

function visibleCommands(command: Command): readonly Command[] {
  const visible = command.createHelp().visibleCommands(command);
  return command.commands.filter((child) => visible.includes(child));
}

function depthOf(command: Command): number {
  return command.parent === null ? 0 : depthOf(command.parent) + 1;
}

function pathOf(command: Command): string {
  return command.parent === null ? command.name() : `${pathOf(command.parent)} ${command.name()}`;
}
