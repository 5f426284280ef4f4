import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Service } from '../../client/http.ts';
import type { Cli } from '../shell/context.ts';
import { serviceOf } from './service-settings.ts';

/**
 * The service to change the directory of, by the API key that the settings name; without one by the
 * token that a running service leaves in its data folder for the owner of that folder, which only
 * the service of these settings or one of this machine is shown; else by the key of `evl login`.
 */
export async function directoryService(cli: Cli, url: string | undefined): Promise<Service> {
  const settings = cli.settings({ url });
  const service = await serviceOf(settings, cli.lang);
  const isOwn = !settings.isUrlNamed || isLoopback(service.url);
  if (settings.apiKeyFile !== undefined || !isOwn) return service;
  const token = hostToken(settings.dataDir);
  return token === undefined ? service : { ...service, apiKey: token };
}

function isLoopback(url: string): boolean {
  return ['127.0.0.1', 'localhost', '[::1]'].includes(new URL(url).hostname);
}

/** Undefined where this user cannot read it, or no service runs on the folder. */
function hostToken(dataDir: string): string | undefined {
  try {
    return readFileSync(join(dataDir, 'host.token'), 'utf8').trim();
  } catch {
    return undefined;
  }
}
