import type { SettingsFile, SettingTexts } from './settings.ts';
import type { SettingName } from './settings-table.ts';

/**
 * Which service and nodes are asked, whom they are shown to be, what is believed, and what a
 * certificate is made with.
 */
const DECIDING: readonly SettingName[] = ['url', 'apiKeyFile', 'rpcUrl', 'home', 'webhook', 'verifyUrl', 'fonts'];

/** Commands that are run in folders which others have handed over. */
const CLIENT_COMMANDS = [
  'add',
  'verify',
  'check',
  'list',
  'show',
  'cert',
  'receipt',
  'trust',
  'hash',
  'audit',
  'anchor',
];

/** The settings that a command takes from the settings file, and those that it does not. */
export interface TakenSettings {
  readonly config: SettingsFile;
  readonly refused: readonly SettingName[];
}

/**
 * Takes from a settings file that merely lies in the current folder nothing that decides a verdict
 * or where a key is sent: that folder may be the evidence itself. A file that `EVL_CONFIG` names,
 * or that of the machine, is taken whole, and so is that of an operator's command.
 */
export function takeSettings(file: SettingsFile, command: string | undefined): TakenSettings {
  const { texts = {}, isFound = false } = file;
  if (!isFound || command === undefined || !CLIENT_COMMANDS.includes(command)) return { config: file, refused: [] };
  const refused = DECIDING.filter((name) => texts[name] !== undefined);
  const taken: SettingTexts = Object.fromEntries(
    Object.entries(texts).filter(([name]) => !refused.includes(name as SettingName)),
  );
  return { config: { ...file, texts: taken }, refused };
}
