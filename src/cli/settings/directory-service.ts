import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Service } from '../../client/http.ts';
import type { Cli } from '../shell/context.ts';
import { serviceOf } from './service-settings.ts';

/**
 * The service to change the directory of, by the API key of the settings; without one by the token
 * that a running service leaves in its data folder for the owner of that folder.
 */
export async function directoryService(cli: Cli, url: string | undefined): Promise<Service> {
  const settings = cli.settings({ url });
  const service = await serviceOf(settings, cli.lang);
  if (service.apiKey !== undefined) return service;
  const token = hostToken(settings.dataDir);
  return token === undefined ? service : { ...service, apiKey: token };
}

/** Undefined where this user cannot read it, or no service runs on the folder. */
function hostToken(dataDir: string): string | undefined {
  try {
    return readFileSync(join(dataDir, 'host.token'), 'utf8').trim();
  } catch {
    return undefined;
  }
}
