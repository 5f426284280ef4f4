import type { Command } from 'commander';
import { revokeThisKey } from '../../client/login.ts';
import { ServiceProblem } from '../../client/service-errors.ts';
import { EXIT } from '../../text/exit-codes.ts';
import { LOGIN } from '../../text/login.ts';
import { readStoredKey, removeStoredKey } from '../settings/stored-key.ts';
import type { Cli } from '../shell/context.ts';

export function addCommand(program: Command, cli: Cli): void {
  program
    .command('logout')
    .option('--url <url>', cli.format(LOGIN.url))
    .action(cli.action(async ({ url }: { readonly url?: string }) => logout(cli, url)));
}

/** Revokes the stored key, then removes it; while it cannot be revoked it stays. */
async function logout(cli: Cli, url: string | undefined): Promise<number> {
  const settings = cli.settings({ url });
  const apiKey = readStoredKey(settings);
  if (apiKey !== undefined) {
    try {
      await revokeThisKey({ url: settings.url, language: cli.lang, apiKey });
    } catch (error) {
      // it is void already
      if (!(error instanceof ServiceProblem && [401, 404].includes(error.status))) throw error;
    }
    await removeStoredKey(settings);
  }
  cli.output.line(cli.format(apiKey === undefined ? LOGIN.noKey : LOGIN.loggedOut, { url: settings.url }));
  cli.output.json({ url: settings.url, hadKey: apiKey !== undefined });
  return EXIT.ok;
}
