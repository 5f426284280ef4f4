import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Service } from '../../client/http.ts';
import type { Cli } from '../shell/context.ts';
import { serviceOf } from './service-settings.ts';
import type { Settings } from './settings.ts';

/**
 * The service to change the directory of, by the API key that the settings name; without one by the
 * token that a running service leaves in its data folder for the owner of that folder, which only
 * the service of these settings is shown; else by the key of `evl login`.
 */
export async function directoryService(cli: Cli, url: string | undefined): Promise<Service> {
  const settings = cli.settings({ url });
  const token = settings.apiKeyFile === undefined && isOwn(settings) ? hostToken(settings.dataDir) : undefined;
  if (token === undefined) return serviceOf(settings, cli.lang);
  return { url: settings.url, language: cli.lang, apiKey: token };
}

/** Another program of this machine may listen on another port. */
function isOwn({ isUrlNamed, url, port }: Settings): boolean {
  const { hostname, port: named } = new URL(url);
  return !isUrlNamed || (['127.0.0.1', 'localhost', '[::1]'].includes(hostname) && named === String(port));
}

/** Undefined where this user cannot read it, or no service runs on the folder. */
function hostToken(dataDir: string): string | undefined {
  try {
    return readFileSync(join(dataDir, 'host.token'), 'utf8').trim();
  } catch {
    return undefined;
  }
}
