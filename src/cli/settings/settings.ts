import { LedgerError } from '../../text/ledger-error.ts';
import { isUtf8 } from 'node:buffer';
import { dirname, resolve } from 'node:path';
import type { YAMLParseError } from 'yaml';
import { isAbsent } from '../../adapters/files/file-errors.ts';
import { readBoundedFile } from '../../adapters/files/read-bounded.ts';
import { ProtocolError } from '../../protocol/encoding/errors.ts';
import { SETTING_KINDS, SETTINGS_TEXTS } from '../../text/settings.ts';
import { bilingual, type Message } from '../../text/message.ts';
import { fallbackOf, type ParsedSettings, SETTING_NAMES, type SettingName, SETTINGS } from './settings-table.ts';
import { osErrorText } from '../../text/os-errors.ts';

export type SettingTexts = Readonly<Partial<Record<SettingName, string | undefined>>>;

/** A settings file and its texts; both are absent where there is none. */
export interface SettingsFile {
  readonly path?: string;
  readonly texts?: SettingTexts;
  /** It was found in the current folder, and nobody named it. */
  readonly isFound?: boolean;
}

/** The settings as checked values. The language is none of them: it is chosen before. */
export interface Settings extends Omit<ParsedSettings, 'lang'> {
  readonly url: string;
  /** The address was named; else it is that of a service which may or may not run here. */
  readonly isUrlNamed: boolean;
  readonly endorsers: readonly string[];
}

const MAX_CONFIG_BYTES = 256 * 1024;

/** Variables that are no settings: what documents list, and those of tests and of the runtime. */
const OTHER_VARIABLES = [
  'EVL_CONFIG',
  'EVL_DEBUG',
  'EVL_TESTS',
  'EVL_REQUIRE_ALL',
  'EVL_NODE',
  'EVL_PROGRAM',
  'EVL_CURL',
];

/** Variables that are named as settings are, and are none: misspelt, most likely. */
export function unknownVariables(env: NodeJS.ProcessEnv): string[] {
  const known = new Set([...SETTING_NAMES.map((name) => SETTINGS[name].env), ...OTHER_VARIABLES]);
  return Object.keys(env).filter((name) => /^EVL_[A-Z0-9_]*$/.test(name) && !known.has(name));
}

/**
 * The settings file: the one that `EVL_CONFIG` names, which must be there, else `evl.yaml` in the
 * current folder, else the machine's. Exactly one is read, so that a value has one place.
 */
export async function readConfig({ EVL_CONFIG: named }: NodeJS.ProcessEnv, machines?: string): Promise<SettingsFile> {
  if (named !== undefined && named !== '') return readSettingsFile(resolve(named), await bytesOf(resolve(named)));
  const found = resolve('evl.yaml');
  for (const path of [found, ...(machines === undefined ? [] : [machines])]) {
    const source = await bytesOf(path, { isOptional: true });
    if (source !== undefined) return { ...(await readSettingsFile(path, source)), isFound: path === found };
  }
  return {};
}

async function bytesOf(path: string): Promise<Uint8Array>;
async function bytesOf(path: string, options: { readonly isOptional: true }): Promise<Uint8Array | undefined>;
async function bytesOf(path: string, { isOptional = false } = {}): Promise<Uint8Array | undefined> {
  try {
    return await readBoundedFile(Buffer.from(path), MAX_CONFIG_BYTES);
  } catch (error) {
    if (isOptional && isAbsent(error)) return undefined;
    const reason = configFault(error);
    if (reason === undefined) throw error;
    throw new LedgerError('config-unreadable', { file: path, reason, cause: error });
  }
}

/** Why a settings file was not read; undefined for an error that is none of a file. */
function configFault(error: unknown): Message | undefined {
  if (error instanceof ProtocolError) return bilingual(SETTINGS_TEXTS.tooLarge, { bytes: error.facts.found ?? '-' });
  if (!(error instanceof LedgerError)) return undefined;
  return error.code === 'file-not-regular' ? SETTINGS_TEXTS.notRegular : osErrorText(error.cause);
}

async function readSettingsFile(path: string, text: Uint8Array): Promise<SettingsFile> {
  if (!isUtf8(text)) throw new LedgerError('config-unreadable', { file: path, reason: SETTINGS_TEXTS.notUtf8 });
  return { path, texts: configTexts(await parseYaml(path, Buffer.from(text).toString('utf8')), path) };
}

/**
 * The checked values of all settings, each from the first of its sources: flag, environment,
 * settings file, default. Throws `setting-wrong` for the first that is wrong.
 */
export function chooseSettings(flags: SettingTexts, env: NodeJS.ProcessEnv, config: SettingsFile): Settings {
  const names = SETTING_NAMES.filter((name) => name !== 'lang');
  const values = names.map((name) => [name, parseSetting(name, settingInForce(name, flags, env, config))]);
  const settings = Object.fromEntries(values) as Omit<ParsedSettings, 'lang'>;
  const { url = ownUrl(settings), endorsers = [] } = settings;
  return { ...settings, url, isUrlNamed: settings.url !== undefined, endorsers };
}

/** Where the service of these settings is reached from its own machine. */
function ownUrl({ port, tlsCert, publicHosts = [] }: Omit<ParsedSettings, 'lang'>): string {
  if (tlsCert === undefined) return `http://127.0.0.1:${port}`;
  // a certificate is for a name
  const [host = 'localhost'] = publicHosts;
  return `https://${/:[0-9]+$/.test(host) ? host : `${host}:${port}`}`;
}

/** Where a value comes from. */
export type SettingSource =
  { readonly from: 'flag' | 'environment' | 'default' } | { readonly from: 'file'; readonly file: string };

/** One setting as it was written, unchecked, and its source. An empty variable counts as absent. */
export function settingInForce(
  name: SettingName,
  flags: SettingTexts,
  env: NodeJS.ProcessEnv,
  config: SettingsFile,
): { readonly value: string | undefined; readonly source: SettingSource } {
  const fromEnvironment = env[SETTINGS[name].env];
  if (flags[name] !== undefined) return { value: flags[name], source: { from: 'flag' } };
  if (fromEnvironment !== undefined && fromEnvironment !== '') {
    return { value: fromEnvironment, source: { from: 'environment' } };
  }
  const { path, texts } = config;
  if (path !== undefined && texts?.[name] !== undefined) {
    return { value: texts[name], source: { from: 'file', file: path } };
  }
  return { value: fallbackOf(name, env), source: { from: 'default' } };
}

/** The text of one setting, unchecked. */
export function settingText(
  name: SettingName,
  flags: SettingTexts,
  env: NodeJS.ProcessEnv,
  config: SettingsFile,
): string | undefined {
  return settingInForce(name, flags, env, config).value;
}

function parseSetting(name: SettingName, { value, source }: ReturnType<typeof settingInForce>): unknown {
  if (value === undefined) return undefined;
  const { kind, env } = SETTINGS[name];
  const parsed: unknown = kind.parse(value);
  if (parsed !== undefined) return parsed;
  const where = source.from === 'file' ? `${source.file}: ${name}` : env;
  const shown = value.replace(/\/\/[^@/]*@/, '//…@').slice(0, 80); // no password on the screen
  throw new LedgerError('setting-wrong', { name: where, value: shown, kind: kind.name });
}

async function parseYaml(path: string, source: string): Promise<unknown> {
  const { parse } = await import('yaml');
  try {
    return parse(source, { maxAliasCount: 0 });
  } catch (error) {
    const line = (error as YAMLParseError).linePos?.[0].line ?? 1;
    const reason = bilingual(SETTINGS_TEXTS.notYaml, { line });
    throw new LedgerError('config-unreadable', { file: path, reason, cause: error });
  }
}

function configTexts(value: unknown, path: string): SettingTexts {
  if (value === null || value === undefined) return {};
  if (typeof value !== 'object' || Array.isArray(value)) {
    throw new LedgerError('config-unreadable', { file: path, reason: bilingual(SETTINGS_TEXTS.notMapping) });
  }
  const texts: Partial<Record<SettingName, string>> = {};
  for (const [key, entry] of Object.entries(value)) {
    if (!isSettingName(key)) {
      const hint = bilingual(SETTINGS_TEXTS.knownKeys, { keys: Object.keys(SETTINGS).join(', ') });
      throw new LedgerError('config-unknown-key', { file: path, key: key.slice(0, 80), hint });
    }
    const isList = key === 'caseFormats' && Array.isArray(entry) && entry.every((each) => typeof each === 'string');
    if (typeof entry !== 'string' && typeof entry !== 'number' && !isList) {
      const reason = bilingual(SETTINGS_TEXTS.notText, { key: key.slice(0, 80) });
      throw new LedgerError('config-unreadable', { file: path, reason });
    }
    const text = isList ? entry.join(';') : String(entry);
    texts[key] = SETTINGS[key].kind.name === SETTING_KINDS.path ? resolve(dirname(path), text) : text;
  }
  return texts;
}

function isSettingName(key: string): key is SettingName {
  return Object.hasOwn(SETTINGS, key);
}
