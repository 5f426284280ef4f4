import { EXIT } from '../../text/exit-codes.ts';
import type { Command } from 'commander';
import { nodeName } from '../../client/chain-rpc.ts';
import { SETTINGS_HELP } from '../../text/help.ts';
import { SETTING_MEANINGS, SETTINGS_REPORT } from '../../text/settings.ts';
import { bilingual, type Message } from '../../text/message.ts';
import type { Cli } from '../shell/context.ts';
import { type SettingName, SETTINGS, type SettingSource } from '../settings/settings.ts';
import { defaultOf, SETTING_NAMES, settingsDocument } from '../settings/settings-table.ts';

/** Every setting with the value that is in force and where it comes from. */
export function addCommand(program: Command, cli: Cli): void {
  program
    .command('settings')
    .option('--markdown', cli.format(SETTINGS_HELP.markdown))
    .action(
      cli.action(async ({ markdown }: { readonly markdown?: boolean }) => {
        if (markdown === true) cli.output.bytes(settingsDocument());
        else list(cli);
        return EXIT.ok;
      }),
    );
}

function list(cli: Cli): void {
  cli.settings(); // a wrong one is told first
  const items = SETTING_NAMES.map((name) => {
    const { value, source } = cli.settingInForce(name);
    return { name, variable: SETTINGS[name].env, value: shown(name, value), source };
  });
  for (const { name, variable, value, source } of items) {
    const text = value ?? defaultOf(name)[cli.lang];
    cli.output.line(
      `${name}\t${variable}\t${text}\t${sourceText(source)[cli.lang]}\t${SETTING_MEANINGS[name][cli.lang]}`,
    );
  }
  cli.output.json({
    settings: items.map((item) => ({
      ...item,
      value: item.value ?? null,
      meaning: SETTING_MEANINGS[item.name][cli.lang],
    })),
  });
}

function sourceText(source: SettingSource): Message {
  return source.from === 'file' ? bilingual(SETTINGS_REPORT.file, { file: source.file }) : SETTINGS_REPORT[source.from];
}

/** An address may hold a password or an access key. */
function shown(name: SettingName, value: string | undefined): string | undefined {
  if (value === undefined || (name !== 'rpcUrl' && name !== 'url')) return value;
  return value
    .split(/[\s,]+/)
    .map(nodeName)
    .join(' ');
}
