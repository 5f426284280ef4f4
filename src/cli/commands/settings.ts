import { EXIT } from '../../text/exit-codes.ts';
import type { Command } from 'commander';
import { nodeName } from '../../client/node-address.ts';
import { SETTINGS_HELP } from '../../text/help.ts';
import { SETTINGS_REPORT } from '../../text/settings.ts';
import { bilingual, type Message } from '../../text/message.ts';
import type { Cli } from '../shell/context.ts';
import type { SettingSource } from '../settings/settings.ts';
import { defaultText, settingsDocument } from '../settings/settings-document.ts';
import { SETTING_NAMES, type SettingName, SETTINGS } from '../settings/settings-table.ts';

/** Prints every setting with the value in force and its source. */
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
  cli.settings(); // throws where one is wrong
  const items = SETTING_NAMES.map((name) => {
    const { value, source } = cli.settingInForce(name);
    return { name, variable: SETTINGS[name].env, value: shown(name, value), source };
  });
  for (const { name, variable, value, source } of items) {
    const text = value ?? defaultText(name)[cli.lang];
    cli.output.line(`${name}\t${variable}\t${text}\t${sourceText(source)[cli.lang]}\t${SETTINGS[name][cli.lang]}`);
  }
  cli.output.json({
    settings: items.map((item) => ({
      ...item,
      value: item.value ?? null,
      meaning: SETTINGS[item.name][cli.lang],
    })),
  });
}

function sourceText(source: SettingSource): Message {
  return source.from === 'file' ? bilingual(SETTINGS_REPORT.file, { file: source.file }) : SETTINGS_REPORT[source.from];
}

/** A value without the password or access key that an address may hold. */
function shown(name: SettingName, value: string | undefined): string | undefined {
  if (value === undefined || (name !== 'rpcUrl' && name !== 'url')) return value;
  return value
    .split(/[\s,]+/)
    .map(nodeName)
    .join(' ');
}
