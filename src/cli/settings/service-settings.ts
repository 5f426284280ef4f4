import { LedgerError } from '../../text/ledger-error.ts';
import type { NodeSettings } from '../../client/choose-nodes.ts';
import type { Service } from '../../client/http.ts';
import { fetchOperatorUrls } from '../../client/operator-urls.ts';
import { SETTING_KINDS } from '../../text/settings.ts';
import { readBoundedFile } from '../../adapters/files/read-bounded.ts';
import type { Settings } from './settings.ts';
import { readStoredKey } from './stored-key.ts';
import { isHttpUrl } from './settings-table.ts';

const MAX_KEY_BYTES = 4096;

/**
 * The service that the settings name. Its key comes out of a file, since an argument or variable can
 * be seen by others: the named one, else the one that `evl login` has left for this service.
 */
export async function serviceOf(settings: Settings, language: string): Promise<Service> {
  const { url, apiKeyFile } = settings;
  if (apiKeyFile === undefined) return { url, language, apiKey: readStoredKey(settings) };
  const bytes = await readBoundedFile(Buffer.from(apiKeyFile), MAX_KEY_BYTES);
  const apiKey = Buffer.from(bytes).toString('utf8').trim();
  if (!/^[\x21-\x7e]+$/.test(apiKey)) throw new LedgerError('api-key-wrong', { file: apiKeyFile });
  return { url, language, apiKey };
}

/** `--rpc`, which may be repeated; each a URL. */
export function collectUrls(url: string, urls: readonly string[] = []): readonly string[] {
  return [...urls, checkedUrl('--rpc', url)];
}

/** As many as a trust file holds. */
const MAX_NODES = 16;

/**
 * The nodes to ask: flags, else `EVL_RPC_URL` (several: separated by spaces or commas), else
 * undefined. One that is named twice is one.
 */
export function rpcUrlsOf(flags: readonly string[] | undefined, settings: Settings): readonly string[] | undefined {
  const named = flags ?? settings.rpcUrl?.split(/[\s,]+/).filter((url) => url !== '') ?? [];
  const urls = [...new Set(named.map((url) => checkedUrl('EVL_RPC_URL', url)))];
  if (urls.length > MAX_NODES) {
    const name = flags === undefined ? 'EVL_RPC_URL' : '--rpc';
    throw new LedgerError('setting-wrong', { name, value: String(urls.length), kind: SETTING_KINDS.urls });
  }
  return urls.length === 0 ? undefined : urls;
}

/**
 * The nodes to verify by, of which those on the operator's hosts count as the operator's. Without
 * `service`, no operator is asked about.
 */
export function nodeSettings(
  rpcUrls: readonly string[] | undefined,
  { isUrlNamed }: Settings,
  service: Service | undefined,
): NodeSettings {
  let urls: Promise<readonly string[]> | undefined;
  const find = async () => {
    const unknown = service !== undefined && isUrlNamed ? [service.url] : [];
    return (service && (await fetchOperatorUrls(service))) ?? unknown;
  };
  return { named: rpcUrls, operatorUrls: () => (urls ??= find()) };
}

function checkedUrl(name: string, url: string): string {
  if (!isHttpUrl(url))
    throw new LedgerError('setting-wrong', { name, value: url.slice(0, 80), kind: SETTING_KINDS.url });
  return url;
}
