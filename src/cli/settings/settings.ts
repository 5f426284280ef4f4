import { LedgerError } from '../../text/ledger-error.ts';
import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { MAX_ENDORSEMENTS } from '../../protocol/chain/endorsement.ts';
import { SETTING_KINDS, SETTINGS_TEXTS } from '../../text/settings.ts';
import { bilingual } from '../../text/message.ts';
import { defaultHome } from './home.ts';
import { osErrorText } from '../../text/os-errors.ts';

/**
 * One table of all settings. A value comes from a flag, else from the environment, else from
 * `evl.yaml` (of the current folder, or the file that `EVL_CONFIG` names), else from here. Paths of
 * the file are relative to the file, all others to the current folder.
 */
export const SETTINGS = {
  dataDir: { env: 'EVL_DATA_DIR', kind: 'path', fallback: () => resolve('data') },
  host: { env: 'EVL_HOST', kind: 'text', fallback: () => '127.0.0.1' },
  port: { env: 'EVL_PORT', kind: 'port', fallback: () => '8080' },
  rpcUrl: { env: 'EVL_RPC_URL', kind: 'text', fallback: () => undefined },
  chainPort: { env: 'EVL_CHAIN_PORT', kind: 'port', fallback: () => '8545' },
  chainDir: { env: 'EVL_CHAIN_DIR', kind: 'path', fallback: () => undefined },
  anchorIntervalMs: { env: 'EVL_ANCHOR_INTERVAL_MS', kind: 'milliseconds', fallback: () => '60000' },
  maxFeeGwei: { env: 'EVL_MAX_FEE_GWEI', kind: 'count', fallback: () => '200' },
  endorsers: { env: 'EVL_ENDORSERS', kind: 'accounts', fallback: () => undefined },
  requireOutsideHead: { env: 'EVL_REQUIRE_OUTSIDE_HEAD', kind: 'switch', fallback: () => '0' },
  pinnedCheckpoint: { env: 'EVL_PINNED_CHECKPOINT', kind: 'path', fallback: () => undefined },
  witnessPolicy: { env: 'EVL_WITNESS_POLICY', kind: 'path', fallback: () => undefined },
  scrubBytesPerSecond: { env: 'EVL_SCRUB_BYTES_PER_SECOND', kind: 'bytes', fallback: () => String(2 * 1024 * 1024) },
  diskReserveBytes: { env: 'EVL_DISK_RESERVE_BYTES', kind: 'bytes', fallback: () => undefined },
  requestsPerSecond: { env: 'EVL_RATE_LIMIT', kind: 'count', fallback: () => '10000' },
  log: { env: 'EVL_LOG', kind: 'log', fallback: () => 'words' },
  url: { env: 'EVL_URL', kind: 'url', fallback: () => undefined },
  webhook: { env: 'EVL_WEBHOOK', kind: 'webhook', fallback: () => undefined },
  apiKeyFile: { env: 'EVL_API_KEY_FILE', kind: 'path', fallback: () => undefined },
  case: { env: 'EVL_CASE', kind: 'text', fallback: () => undefined },
  lang: { env: 'EVL_LANG', kind: 'language', fallback: () => undefined },
  witnessDir: { env: 'EVL_WITNESS_DIR', kind: 'path', fallback: () => resolve('witness') },
  witnessHost: { env: 'EVL_WITNESS_HOST', kind: 'text', fallback: () => '127.0.0.1' },
  witnessPort: { env: 'EVL_WITNESS_PORT', kind: 'port', fallback: () => '8090' },
  home: { env: 'EVL_HOME', kind: 'path', fallback: defaultHome },
} as const satisfies Readonly<Record<string, Setting>>;

interface Setting {
  readonly env: string;
  readonly kind: keyof typeof CHECKS;
  readonly fallback: (env: NodeJS.ProcessEnv) => string | undefined;
}

export type SettingName = keyof typeof SETTINGS;
export type SettingTexts = Readonly<Partial<Record<SettingName, string | undefined>>>;

/** The settings as values, each checked. */
export interface Settings {
  readonly dataDir: string;
  readonly host: string;
  readonly port: number;
  /** None: the local chain. */
  readonly rpcUrl: string | undefined;
  readonly chainPort: number;
  /** None: `chain` in the data folder. */
  readonly chainDir: string | undefined;
  readonly anchorIntervalMs: number;
  /** For a unit of gas of an anchor; 0: any. */
  readonly maxFeeGwei: number;
  /** Accounts whose endorsements receipts embed, 0x-hex lower case. */
  readonly endorsers: readonly string[];
  /** Nothing is signed before the contract, a pinned checkpoint or a witness has agreed. */
  readonly requireOutsideHead: boolean;
  /** File with a signed checkpoint of this log that somebody kept elsewhere. */
  readonly pinnedCheckpoint: string | undefined;
  /** File with the tlog-policy whose witnesses are asked; none: nobody is. */
  readonly witnessPolicy: string | undefined;
  /** 0: stored data is not read again in the background. */
  readonly scrubBytesPerSecond: number;
  /** None: the larger of 1 GiB and 5 % of the disk. */
  readonly diskReserveBytes: number | undefined;
  /** Of one address, before it is told to wait; 0: no limit. */
  readonly requestsPerSecond: number;
  readonly log: 'words' | 'json';
  /** Of the service that the client commands talk to; without a slash at its end. */
  readonly url: string;
  /** Where `audit --watch` posts its alarms. */
  readonly webhook: string | undefined;
  readonly apiKeyFile: string | undefined;
  readonly case: string | undefined;
  readonly witnessDir: string;
  readonly witnessHost: string;
  readonly witnessPort: number;
  /** Where remembered trust is kept. */
  readonly home: string;
}

const MAX_CONFIG_BYTES = 256 * 1024;

function configPath({ EVL_CONFIG: named }: NodeJS.ProcessEnv): string {
  return resolve(named !== undefined && named !== '' ? named : 'evl.yaml');
}

/** The texts of `evl.yaml`; empty where there is no such file. */
export async function readConfig(env: NodeJS.ProcessEnv): Promise<SettingTexts> {
  const named = env['EVL_CONFIG'];
  const path = configPath(env);
  let source: Buffer;
  try {
    source = await readFile(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' && (named === undefined || named === '')) return {};
    throw new LedgerError('config-unreadable', { file: path, reason: osErrorText(error) ?? String(error) });
  }
  if (source.length > MAX_CONFIG_BYTES) {
    throw new LedgerError('config-unreadable', {
      file: path,
      reason: bilingual(SETTINGS_TEXTS.tooLarge, { bytes: source.length }),
    });
  }
  return configTexts(await parseYaml(path, source.toString('utf8')), path);
}

/** The values that hold, by flag, environment, file and table. */
export function chooseSettings(flags: SettingTexts, env: NodeJS.ProcessEnv, config: SettingTexts): Settings {
  const checked = (name: SettingName) => check(name, settingInForce(name, flags, env, config));
  const pathOf = (name: SettingName) => {
    const value = checked(name);
    return value === undefined ? undefined : resolve(value);
  };
  const [host, port] = [checked('host')!, Number(checked('port'))];
  const reserve = checked('diskReserveBytes');
  return {
    dataDir: pathOf('dataDir')!,
    host,
    port,
    rpcUrl: checked('rpcUrl'),
    chainPort: Number(checked('chainPort')),
    chainDir: pathOf('chainDir'),
    anchorIntervalMs: Number(checked('anchorIntervalMs')),
    maxFeeGwei: Number(checked('maxFeeGwei')),
    endorsers: accountsIn(checked('endorsers') ?? ''),
    requireOutsideHead: checked('requireOutsideHead') === '1',
    pinnedCheckpoint: pathOf('pinnedCheckpoint'),
    witnessPolicy: pathOf('witnessPolicy'),
    scrubBytesPerSecond: Number(checked('scrubBytesPerSecond')),
    diskReserveBytes: reserve === undefined ? undefined : Number(reserve),
    requestsPerSecond: Number(checked('requestsPerSecond')),
    log: checked('log') === 'json' ? 'json' : 'words',
    url: (checked('url') ?? `http://127.0.0.1:${port}`).replace(/\/+$/, ''),
    webhook: checked('webhook'),
    apiKeyFile: pathOf('apiKeyFile'),
    case: checked('case'),
    witnessDir: pathOf('witnessDir')!,
    witnessHost: checked('witnessHost')!,
    witnessPort: Number(checked('witnessPort')),
    home: pathOf('home')!,
  };
}

/** Where a value comes from. */
export type SettingSource =
  { readonly from: 'flag' | 'environment' | 'default' } | { readonly from: 'file'; readonly file: string };

/**
 * One setting as it was written, before any check, and where; an empty environment variable counts
 * as absent.
 */
export function settingInForce(
  name: SettingName,
  flags: SettingTexts,
  env: NodeJS.ProcessEnv,
  config: SettingTexts,
): { readonly value: string | undefined; readonly source: SettingSource } {
  const fromEnvironment = env[SETTINGS[name].env];
  if (flags[name] !== undefined) return { value: flags[name], source: { from: 'flag' } };
  if (fromEnvironment !== undefined && fromEnvironment !== '') {
    return { value: fromEnvironment, source: { from: 'environment' } };
  }
  if (config[name] !== undefined) return { value: config[name], source: { from: 'file', file: configPath(env) } };
  return { value: SETTINGS[name].fallback(env), source: { from: 'default' } };
}

export function settingText(
  name: SettingName,
  flags: SettingTexts,
  env: NodeJS.ProcessEnv,
  config: SettingTexts,
): string | undefined {
  return settingInForce(name, flags, env, config).value;
}

const CHECKS = {
  path: (value: string) => !value.includes('\0'),
  text: (value: string) => !value.includes('\0'),
  port: (value: string) => /^[0-9]{1,5}$/.test(value) && Number(value) <= 65_535,
  milliseconds: (value: string) => /^[0-9]{1,12}$/.test(value),
  count: (value: string) => /^[0-9]{1,9}$/.test(value),
  bytes: (value: string) => /^[0-9]{1,15}$/.test(value),
  url: isServiceUrl,
  language: (value: string) => value === 'zh' || value === 'en',
  switch: (value: string) => value === '0' || value === '1',
  webhook: isHttpUrl,
  accounts: areAccounts,
  log: (value: string) => value === 'words' || value === 'json',
} as const satisfies Readonly<Partial<Record<keyof typeof SETTING_KINDS, (value: string) => boolean>>>;

function accountsIn(value: string): string[] {
  return value
    .split(',')
    .map((account) => account.trim().toLowerCase())
    .filter((account) => account !== '');
}

function areAccounts(value: string): boolean {
  const accounts = accountsIn(value);
  const areDistinct = new Set(accounts).size === accounts.length;
  return areDistinct && accounts.length <= MAX_ENDORSEMENTS && accounts.every((each) => /^0x[0-9a-f]{40}$/.test(each));
}

function check(name: SettingName, { value, source }: ReturnType<typeof settingInForce>): string | undefined {
  const { kind, env } = SETTINGS[name];
  if (value === undefined || CHECKS[kind](value)) return value;
  const where = source.from === 'file' ? `${source.file}: ${name}` : env;
  const shown = value.replace(/\/\/[^@/]*@/, '//…@').slice(0, 80); // no password on the screen
  throw new LedgerError('setting-wrong', { name: where, value: shown, kind: SETTING_KINDS[kind] });
}

/** Paths are put behind it, and a password has a place of its own (`apiKeyFile`). */
function isServiceUrl(text: string): boolean {
  if (!isHttpUrl(text)) return false;
  const { username, password, search, hash } = new URL(text);
  return username === '' && password === '' && search === '' && hash === '';
}

export function isHttpUrl(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}

async function parseYaml(path: string, source: string): Promise<unknown> {
  const { parse } = await import('yaml');
  try {
    return parse(source, { maxAliasCount: 0 });
  } catch (error) {
    const reason = bilingual(SETTINGS_TEXTS.notYaml, { reason: (error as Error).message.split('\n', 1)[0] ?? '' });
    throw new LedgerError('config-unreadable', { file: path, reason });
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
    if (typeof entry !== 'string' && typeof entry !== 'number') {
      throw new LedgerError('config-unreadable', {
        file: path,
        reason: bilingual(SETTINGS_TEXTS.notText, { key }),
      });
    }
    const text = String(entry);
    texts[key] = SETTINGS[key].kind === 'path' ? resolve(dirname(path), text) : text;
  }
  return texts;
}

function isSettingName(key: string): key is SettingName {
  return Object.hasOwn(SETTINGS, key);
}
