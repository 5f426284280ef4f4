import { createHash, randomBytes } from 'node:crypto';
import { hostname, userInfo } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import type { Service } from '../../client/http.ts';
import { type ApprovedLogin, beginLogin, type BegunLogin, collectLogin, revokeThisKey } from '../../client/login.ts';
import { ServiceProblem, ServiceUnreachable } from '../../client/service-errors.ts';
import { EXIT } from '../../text/exit-codes.ts';
import { PeopleError } from '../../text/people-error.ts';
import { LOGIN } from '../../text/login.ts';
import { roleName } from '../../text/people.ts';
import { timeText } from '../../text/time.ts';
import { readStoredKey, storedKeyFile, storeKey } from '../settings/stored-key.ts';
import type { Cli } from '../shell/context.ts';
import { toLedgerError } from '../shell/errors.ts';

const POLL_MS = 2000;
/** As long as the service keeps a request, and a little more. */
const LIMIT_MS = 11 * 60_000;

export function addCommand(program: Command, cli: Cli): void {
  program
    .command('login')
    .option('--url <url>', cli.format(LOGIN.url))
    .action(cli.action(async ({ url }: { readonly url?: string }) => login(cli, url)));
}

/**
 * Asks the service for a key, waits until a signed-in person has decided, and keeps the key. Only
 * this process can fetch it: the verifier does not leave it before.
 */
async function login(cli: Cli, url: string | undefined): Promise<number> {
  const settings = cli.settings({ url });
  const service: Service = { url: settings.url, language: cli.lang };
  const earlier = readStoredKey(settings);
  const verifier = randomBytes(32).toString('base64url');
  const verifierSha256 = createHash('sha256').update(verifier).digest('hex');
  const begun = await beginLogin(service, deviceName(), verifierSha256);
  cli.output.notice(cli.format(LOGIN.open, { address: `${settings.url}/approve#${begun.code}` }));
  cli.output.notice(cli.format(LOGIN.compare, { code: begun.compare }), 'good');
  cli.output.notice(cli.format(LOGIN.waiting));
  const approved = await waitForApproval(service, begun, verifier);
  await storeKey(settings, approved.key).catch(async (error: unknown) => {
    await revokeQuietly({ ...service, apiKey: approved.key });
    throw toLedgerError(error);
  });
  if (earlier !== undefined) await revokeQuietly({ ...service, apiKey: earlier });
  const { role, until, person = '–' } = approved;
  cli.output.line(cli.format(LOGIN.done, { person, role: roleName(role), until: timeText(until) }), 'good');
  cli.output.json({ url: settings.url, person, role, until, file: storedKeyFile(settings) });
  return EXIT.ok;
}

/** Throws `login-refused` or `login-expired`. */
async function waitForApproval(service: Service, { code }: BegunLogin, verifier: string): Promise<ApprovedLogin> {
  const endMs = performance.now() + LIMIT_MS;
  while (performance.now() < endMs) {
    const { state, approved } = await collected(service, code, verifier);
    if (approved !== undefined) return approved;
    if (state === 'refused') throw new PeopleError('login-refused');
    await sleep(POLL_MS);
  }
  throw new PeopleError('login-expired');
}

/** What became of the request; a service that is away for a moment counts as undecided. */
async function collected(
  service: Service,
  code: string,
  verifier: string,
): Promise<Awaited<ReturnType<typeof collectLogin>>> {
  try {
    return await collectLogin(service, code, verifier);
  } catch (error) {
    if (error instanceof ServiceProblem && error.code === 'login-request-unknown') {
      throw new PeopleError('login-expired', { cause: error });
    }
    const isPassing = error instanceof ServiceUnreachable || (error instanceof ServiceProblem && isLater(error.status));
    if (!isPassing) throw error;
    return { state: 'open', approved: undefined };
  }
}

function isLater(status: number): boolean {
  return status === 429 || status === 503;
}

/** A key that is void already, or cannot be revoked now, ends by itself. */
async function revokeQuietly(service: Service & { readonly apiKey: string }): Promise<void> {
  try {
    await revokeThisKey(service);
  } catch (error) {
    if (!(error instanceof ServiceProblem || error instanceof ServiceUnreachable)) throw error;
  }
}

/** What the person who approves knows this machine by. */
function deviceName(): string {
  let user = '';
  try {
    user = `${userInfo().username}@`;
  } catch {
    // a user without an entry in the system's list
  }
  return `${user}${hostname()}`.replaceAll(/[^\p{L}\p{N}@._ -]/gu, '').slice(0, 100) || '?';
}
