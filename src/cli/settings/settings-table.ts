import { resolve } from 'node:path';
import { MAX_ENDORSEMENTS } from '../../protocol/chain/endorsement.ts';
import { isPlainAddress } from '../../protocol/encoding/http.ts';
import { ADDRESS_RANGES_KIND, CASE_FORMATS_KIND, SETTING_KINDS } from '../../text/settings.ts';
import { isAddressRange } from '../../http/addresses.ts';
import { plainHost } from '../../http/plain-host.ts';
import type { Message } from '../../text/message.ts';
import { type CaseFormat, parseCaseFormat } from '../../kinds/cases/case-format.ts';
import { defaultHome } from './home.ts';

const MAX_CASE_FORMATS = 50;

/** What a setting's text must be, and the value that it stands for; undefined where it is wrong. */
interface Kind<T> {
  readonly name: Message;
  readonly parse: (text: string) => T | undefined;
}

interface Setting extends Message {
  readonly env: string;
  readonly kind: Kind<unknown>;
  /** The value where nothing is set. */
  readonly fallback?: string | ((env: NodeJS.ProcessEnv) => string);
  /** What documents state as the default, where that depends on the machine or other settings. */
  readonly fallbackText?: Message;
}

const text = kind(SETTING_KINDS.text, (value) => (value.includes('\0') ? undefined : value));
const path = kind(SETTING_KINDS.path, (value) => (value.includes('\0') ? undefined : resolve(value)));
const port = integer(SETTING_KINDS.port, 5, 65_535);
const count = integer(SETTING_KINDS.count, 9);
const bytes = integer(SETTING_KINDS.bytes, 15);
const flag = kind(SETTING_KINDS.switch, (value) => (/^[01]$/.test(value) ? value === '1' : undefined));
const none = { zh: '无', en: 'none' };

/** Every setting: its variable, what its value must be, its default, and what it is for. */
export const SETTINGS = {
  dataDir: {
    env: 'EVL_DATA_DIR',
    kind: path,
    fallback: () => resolve('data'),
    fallbackText: { zh: './data', en: './data' },
    zh: '存证系统的数据目录',
    en: 'data folder of the ledger',
  },
  backupDir: {
    env: 'EVL_BACKUP_DIR',
    kind: path,
    fallbackText: none,
    zh: '存放多份备份的目录（evl backup 的目标）；服务由此得知最近一次备份的时间',
    en: 'folder of all backups, where evl backup adds one; the service reads the time of the newest there',
  },
  host: {
    env: 'EVL_HOST',
    kind: text,
    fallback: '127.0.0.1',
    zh: '服务监听的地址',
    en: 'address that the service listens on',
  },
  tlsCert: {
    env: 'EVL_TLS_CERT',
    kind: path,
    fallbackText: none,
    zh: '服务的 TLS 证书文件（PEM，含中间证书）；与 tlsKey 一并设置后以 https 提供服务，文件更换后自动换用',
    en: 'file with the TLS certificate of the service and its chain (PEM); with tlsKey the service speaks https, and takes changed files without a restart',
  },
  tlsKey: {
    env: 'EVL_TLS_KEY',
    kind: path,
    fallbackText: none,
    zh: 'TLS 证书的私钥文件（PEM，未加密）',
    en: 'file with the key of the TLS certificate (PEM, not encrypted)',
  },
  behindProxy: {
    env: 'EVL_BEHIND_PROXY',
    kind: list(ADDRESS_RANGES_KIND, isAddressRange),
    fallbackText: none,
    zh: '反向代理的地址或网段：只有它们的 X-Forwarded-For、-Proto、-Host（或 Forwarded）可信',
    en: 'addresses or prefixes of the reverse proxies whose X-Forwarded-For, -Proto and -Host (or Forwarded) are believed, and those of nobody else',
  },
  publicHosts: {
    env: 'EVL_PUBLIC_HOSTS',
    kind: list(SETTING_KINDS.hosts, isHost),
    fallbackText: { zh: '无（只应答本机地址）', en: 'none (the local address only)' },
    zh: '其他机器访问本服务所用的主机名（不写端口即默认端口和服务自己的端口）；其他主机名一律拒绝',
    en: 'host names by which other machines reach the service (without a port: the default one and the own port of the service); requests to other names are refused',
  },
  insecureHttp: {
    env: 'EVL_INSECURE_HTTP',
    kind: flag,
    fallback: '0',
    zh: '设为 1：允许其他机器不加密地访问（口令与证据内容可被窃听）；只用于封闭网络',
    en: 'with 1, other machines are served without encryption, so that passwords and evidence can be read on the way; for closed networks only',
  },
  publicLookup: {
    env: 'EVL_PUBLIC_LOOKUP',
    kind: flag,
    fallback: '0',
    zh: '设有账户后，设为 1：未登录者可按摘要查知任一存证记录的编号、时间与锚定；否则只能查到已公开的',
    en: 'for a ledger with accounts: with 1, strangers who know a digest learn number, time and anchor of every record, else of published ones only',
  },
  publicRpcUrls: {
    env: 'EVL_PUBLIC_RPC_URLS',
    kind: list(SETTING_KINDS.urls, isHttpUrl),
    fallbackText: { zh: '服务所用的节点', en: 'the nodes that the service uses' },
    zh: '写入 /trust.json、供他人访问的区块链节点地址，如 https://主机名/v1/chain',
    en: 'addresses of chain nodes that others can reach, for /trust.json, such as https://HOST/v1/chain',
  },
  port: {
    env: 'EVL_PORT',
    kind: port,
    fallback: '8080',
    zh: '服务监听的端口',
    en: 'port that the service listens on',
  },
  rpcUrl: {
    env: 'EVL_RPC_URL',
    kind: text,
    fallbackText: { zh: '无（本地链）', en: 'none (the local chain)' },
    zh: '区块链节点的 JSON-RPC 地址（可写多个，用空格分隔）；不写则用本地链',
    en: 'JSON-RPC address of a chain node (several: separated by spaces); without one, the local chain is used',
  },
  chainPort: {
    env: 'EVL_CHAIN_PORT',
    kind: port,
    fallback: '8545',
    zh: '本地链的端口',
    en: 'port of the local chain',
  },
  chainDir: {
    env: 'EVL_CHAIN_DIR',
    kind: path,
    fallbackText: { zh: '数据目录下的 chain', en: '`chain` in the data folder' },
    zh: '本地链的目录',
    en: 'folder of the local chain',
  },
  anchorIntervalMs: {
    env: 'EVL_ANCHOR_INTERVAL_MS',
    kind: integer(SETTING_KINDS.milliseconds, 12),
    fallback: '60000',
    zh: '两次锚定之间的毫秒数',
    en: 'milliseconds between two anchors',
  },
  maxFeeGwei: {
    env: 'EVL_MAX_FEE_GWEI',
    kind: count,
    fallback: '200',
    zh: '锚定或审计确认（上链）交易每单位 gas 愿付的最高价（gwei）；链上更贵时锚定等待，审计确认不发送；0 为不限',
    en: 'highest price of a unit of gas, in gwei, for an anchor or an endorsement; while the chain costs more, anchors wait and endorsements are not sent; 0: no limit',
  },
  endorsers: {
    env: 'EVL_ENDORSERS',
    kind: kind(SETTING_KINDS.accounts, accounts),
    fallbackText: none,
    zh: '回执附上哪些账户的审计确认（上链）',
    en: 'accounts whose endorsements are embedded in receipts',
  },
  requireOutsideHead: {
    env: 'EVL_REQUIRE_OUTSIDE_HEAD',
    kind: flag,
    fallback: '0',
    zh: '设为 1：合约、留存检查点或见证节点确认存证日志之前不签署任何内容',
    en: 'with 1, nothing is signed before the contract, a pinned checkpoint or a witness has confirmed the log',
  },
  acceptClock: {
    env: 'EVL_ACCEPT_CLOCK',
    kind: flag,
    fallback: '0',
    zh: '设为 1：系统时钟超前（clock-ahead）时照样登记',
    en: 'with 1, records are registered also while the clock seems to be ahead (clock-ahead)',
  },
  pinnedCheckpoint: {
    env: 'EVL_PINNED_CHECKPOINT',
    kind: path,
    fallbackText: none,
    zh: '存于别处的本存证日志已签检查点文件，启动时与存证日志比对',
    en: 'file with a signed checkpoint of this log that was kept elsewhere; the log is compared with it at start',
  },
  witnessPolicy: {
    env: 'EVL_WITNESS_POLICY',
    kind: path,
    fallbackText: none,
    zh: '见证规则文件（C2SP tlog-policy，每个见证节点带地址；或由 evl trust add-policy 写出的多份规则）：其中的见证节点受邀联署检查点，并写入 /trust.json',
    en: 'file with the witness policy (C2SP tlog-policy, each witness with its address; or several of them, as evl trust add-policy writes them): its witnesses are asked to cosign checkpoints, and /trust.json requires their quorum',
  },
  scrubBytesPerSecond: {
    env: 'EVL_SCRUB_BYTES_PER_SECOND',
    kind: bytes,
    fallback: String(2 * 1024 * 1024),
    zh: '后台通读存储数据的速度，每秒字节数；0 为不通读',
    en: 'rate at which stored data is read again in the background, in bytes per second; 0: never',
  },
  diskReserveBytes: {
    env: 'EVL_DISK_RESERVE_BYTES',
    kind: bytes,
    fallbackText: { zh: '1 GiB 与磁盘的 5% 中较大者', en: 'the larger of 1 GiB and 5 % of the disk' },
    zh: '磁盘剩余少于此字节数时停止写入；默认为 1 GiB 与磁盘的 5% 中较大者',
    en: 'nothing is registered while fewer bytes are free; default: the larger of 1 GiB and 5 % of the disk',
  },
  requestsPerSecond: {
    env: 'EVL_RATE_LIMIT',
    kind: count,
    fallback: '10000',
    zh: '同一地址、人员或密钥每秒可发的请求数，超过则须等待（429）；核验与锚定请求按比例更少，对见证节点的请求为其百分之一；0 为不限',
    en: 'requests per second of one address, person or key before it has to wait (429); a share of it for verification and anchors, a hundredth for a witness; 0: no limit',
  },
  operatorName: {
    env: 'EVL_OPERATOR',
    kind: text,
    fallbackText: none,
    zh: '运营方的名称，显示在服务的首页',
    en: 'name of the operator, which the home page of the service shows',
  },
  caseFormats: {
    env: 'EVL_CASE_FORMATS',
    kind: kind(CASE_FORMATS_KIND, caseFormats),
    fallback: '',
    fallbackText: none,
    zh: '除法院案号、检察文号、公安文号外，还认哪些案号形式（如 `SA-<year>-<digits>`，以分号分隔；文件中可写成列表）；占位符：`<year>` 年份，`<digits>` 数字，`<digits:6>` 六位数字，`<letters>` 字母，`<han>` 汉字，末尾的 `<text>` 任意文字',
    en: 'forms of case numbers that are recognised besides those of courts, procuratorates and police, such as `SA-<year>-<digits>`; several: separated by semicolons, in the file also as a list. Placeholders: `<year>`, `<digits>`, `<digits:6>`, `<letters>`, `<han>`, and at the end `<text>` for anything',
  },
  fonts: {
    env: 'EVL_FONTS',
    kind: path,
    fallbackText: none,
    zh: '存放自备字体（TTF、OTF）的目录：证书中程序自带字体没有的字由其中的字体印出',
    en: "folder of your own fonts (TTF, OTF) for characters of certificates that the program's fonts lack",
  },
  verifyUrl: {
    env: 'EVL_VERIFY_URL',
    kind: kind(SETTING_KINDS.url, serviceUrl),
    fallbackText: { zh: '无（二维码只含编号）', en: 'none (the QR code has the number alone)' },
    zh: '证书上印出、二维码所指的核验网页：法院可以访问的地址',
    en: 'address by which courts reach the verify page: certificates print it, and their QR code leads to it',
  },
  signInProviders: {
    env: 'EVL_SIGN_IN_PROVIDERS',
    kind: path,
    fallbackText: none,
    zh: '统一身份认证（OpenID Connect）提供方的文件（JSON），见运行手册',
    en: 'file (JSON) with the providers of OpenID Connect at which persons sign in; see the handbook for operators',
  },
  log: {
    env: 'EVL_LOG',
    kind: kind(SETTING_KINDS.log, logForm),
    fallback: 'text',
    zh: '运行日志的形式：text 为文字，json 为每行一个 JSON（含每个请求）；写到标准错误',
    en: 'form of the service log on standard error: text, or json for one JSON a line with every request',
  },
  url: {
    env: 'EVL_URL',
    kind: kind(SETTING_KINDS.url, serviceUrl),
    fallbackText: {
      zh: 'http://127.0.0.1:端口；设有 tlsCert 时为 https 加 publicHosts 的第一个',
      en: 'http://127.0.0.1:PORT; with tlsCert, https and the first of publicHosts',
    },
    zh: '命令行要访问的服务地址',
    en: 'address of the service that commands talk to',
  },
  webhook: {
    env: 'EVL_WEBHOOK',
    kind: kind(SETTING_KINDS.webhook, (value) => (isHttpUrl(value) ? value : undefined)),
    fallbackText: none,
    zh: 'audit --watch 以 POST 通报异常的地址',
    en: 'address to which audit --watch posts its alarms',
  },
  apiKeyFile: {
    env: 'EVL_API_KEY_FILE',
    kind: path,
    fallbackText: none,
    zh: '存放访问密钥的文件；未设的，用 evl login 取得的密钥',
    en: 'file that holds the access key; without it, the key that `evl login` got is used',
  },
  case: {
    env: 'EVL_CASE',
    kind: text,
    fallbackText: none,
    zh: '未写 --case 时所用的案号',
    en: 'case number used where --case is not given',
  },
  lang: {
    env: 'EVL_LANG',
    kind: kind(SETTING_KINDS.language, (value) => (value === 'zh' || value === 'en' ? value : undefined)),
    fallbackText: { zh: '依系统区域设置', en: 'from the locale' },
    zh: '语言：zh 或 en',
    en: 'language: zh or en',
  },
  witnessDir: {
    env: 'EVL_WITNESS_DIR',
    kind: path,
    fallback: () => resolve('witness'),
    fallbackText: { zh: './witness', en: './witness' },
    zh: '见证节点的目录',
    en: 'folder of the witness',
  },
  witnessHost: {
    env: 'EVL_WITNESS_HOST',
    kind: text,
    fallback: '127.0.0.1',
    zh: '见证节点监听的地址',
    en: 'address that the witness listens on',
  },
  witnessPort: {
    env: 'EVL_WITNESS_PORT',
    kind: port,
    fallback: '8090',
    zh: '见证节点监听的端口',
    en: 'port that the witness listens on',
  },
  home: {
    env: 'EVL_HOME',
    kind: path,
    fallback: defaultHome,
    fallbackText: {
      zh: '$XDG_DATA_HOME 或 ~/.local/share 下的 evidence-ledger；Windows 为 %LOCALAPPDATA%',
      en: '`evidence-ledger` in $XDG_DATA_HOME or ~/.local/share; on Windows in %LOCALAPPDATA%',
    },
    zh: '存放已接受的核验基准文件，以及各服务是哪个存证日志的目录',
    en: 'folder where accepted trust files are kept, and which log each service has',
  },
} as const satisfies Readonly<Record<string, Setting>>;

export type SettingName = keyof typeof SETTINGS;

export const SETTING_NAMES = Object.keys(SETTINGS) as SettingName[];

type ParsedAs<S> = S extends { readonly kind: Kind<infer T> } ? T : never;

/** The settings as checked values; undefined where nothing is set and there is no default. */
export type ParsedSettings = {
  readonly [Name in SettingName]: (typeof SETTINGS)[Name] extends { readonly fallback: unknown }
    ? ParsedAs<(typeof SETTINGS)[Name]>
    : ParsedAs<(typeof SETTINGS)[Name]> | undefined;
};

/** The text that holds where nothing is set. */
export function fallbackOf(name: SettingName, env: NodeJS.ProcessEnv): string | undefined {
  const { fallback }: Setting = SETTINGS[name];
  return typeof fallback === 'function' ? fallback(env) : fallback;
}

/** Also with a password or a query: nodes and webhooks have keys there. */
export function isHttpUrl(value: string): boolean {
  return URL.canParse(value) && /^https?:$/.test(new URL(value).protocol);
}

function kind<T>(name: Message, parse: (text: string) => T | undefined): Kind<T> {
  return { name, parse };
}

/** A decimal number without a sign. */
function integer(name: Message, maxDigits: number, max = Infinity): Kind<number> {
  return kind(name, (value) => {
    const isNumber = /^[0-9]+$/.test(value) && value.length <= maxDigits && Number(value) <= max;
    return isNumber ? Number(value) : undefined;
  });
}

const MAX_LISTED = 16;

/** Texts that are separated by spaces or commas. */
function list(name: Message, isOne: (text: string) => boolean): Kind<readonly string[]> {
  return kind(name, (value) => {
    const all = value.split(/[\s,]+/).filter((each) => each !== '');
    return all.every(isOne) && all.length > 0 && all.length <= MAX_LISTED ? all : undefined;
  });
}

function isHost(value: string): boolean {
  return plainHost(value, true) !== undefined;
}

function accounts(value: string): readonly string[] | undefined {
  const all = value
    .split(',')
    .map((account) => account.trim().toLowerCase())
    .filter((account) => account !== '');
  const areDistinct = new Set(all).size === all.length;
  const areAccounts = all.every((account) => /^0x[0-9a-f]{40}$/.test(account));
  return areDistinct && areAccounts && all.length <= MAX_ENDORSEMENTS ? all : undefined;
}

function caseFormats(value: string): readonly CaseFormat[] | undefined {
  const patterns = value
    .split(';')
    .map((pattern) => pattern.trim())
    .filter((pattern) => pattern !== '');
  const formats = patterns.map(parseCaseFormat);
  const areKnown = formats.every((format) => format !== undefined);
  return areKnown && formats.length <= MAX_CASE_FORMATS ? formats : undefined;
}

/** `words` is the former name of `text`. */
function logForm(value: string): 'text' | 'json' | undefined {
  if (value === 'json') return 'json';
  return value === 'text' || value === 'words' ? 'text' : undefined;
}

/** Without a slash at its end: paths are appended. A password has its own place (`apiKeyFile`). */
function serviceUrl(value: string): string | undefined {
  return isHttpUrl(value) && isPlainAddress(value) ? value.replace(/\/+$/, '') : undefined;
}
