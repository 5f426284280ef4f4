import { type Command, Option } from 'commander';
import { writeSecretFile } from '../../adapters/files/secret-file.ts';
import { changeDirectory, fetchApiKeys } from '../../client/directory.ts';
import { EXIT } from '../../text/exit-codes.ts';
import { ROLE_NAMES, roleName } from '../../text/people.ts';
import { PEOPLE_COMMANDS } from '../../text/people-commands.ts';
import { parseTimestamp, timeText } from '../../text/time.ts';
import { LedgerError } from '../../text/ledger-error.ts';
import { SETTING_KINDS } from '../../text/settings.ts';
import { directoryService } from '../settings/directory-service.ts';
import type { Cli } from '../shell/context.ts';
import { personNamed } from '../tasks/directory-names.ts';

interface Options {
  readonly url?: string;
  readonly role?: string;
  readonly label?: string;
  readonly until?: string;
  readonly output?: string;
}

export function addCommand(program: Command, cli: Cli): void {
  const keys = program.command('api-key');
  const sub = (name: string, description: string) =>
    keys.command(name).description(description).option('--url <url>', cli.format(PEOPLE_COMMANDS.url));
  const role = new Option('--role <role>', cli.format(PEOPLE_COMMANDS.keyRole)).choices(Object.keys(ROLE_NAMES));
  sub('add', cli.format(PEOPLE_COMMANDS.addKey))
    .argument('<sign-in-name>', cli.format(PEOPLE_COMMANDS.signInName))
    .addOption(role.makeOptionMandatory())
    .requiredOption('--label <text>', cli.format(PEOPLE_COMMANDS.label))
    .requiredOption('--until <time>', cli.format(PEOPLE_COMMANDS.until))
    .requiredOption('-o, --output <file>', cli.format(PEOPLE_COMMANDS.keyFile))
    .action(cli.action(async (name: string, options: Options) => add(cli, name, options)));
  sub('list', cli.format(PEOPLE_COMMANDS.listKeys))
    .argument('<sign-in-name>', cli.format(PEOPLE_COMMANDS.signInName))
    .action(cli.action(async (name: string, options: Options) => list(cli, name, options)));
  sub('revoke', cli.format(PEOPLE_COMMANDS.revokeKey))
    .argument('<id>', cli.format(PEOPLE_COMMANDS.keyId))
    .action(cli.action(async (id: string, options: Options) => revoke(cli, id, options)));
}

async function add(cli: Cli, name: string, { url, role, label, until, output }: Options): Promise<number> {
  const service = await directoryService(cli, url);
  const { id: person } = await personNamed(service, name);
  const body = { person, role: role!, label: label!, until: timeOf(until!) };
  const { id = null, key } = await changeDirectory(service, '/v1/api-keys', body);
  writeSecretFile(output!, `${key ?? ''}\n`);
  cli.output.line(cli.format(PEOPLE_COMMANDS.keyIs, { file: output! }));
  cli.output.json({ id, file: output! });
  return EXIT.ok;
}

/** A time in UTC; a date alone begins in the zone of the machine. */
function timeOf(stated: string): string {
  const ms = /^\d{4}-\d{2}-\d{2}$/.test(stated) ? Date.parse(`${stated}T00:00`) : parseTimestamp(stated);
  if (ms === undefined || Number.isNaN(ms)) {
    throw new LedgerError('setting-wrong', { name: '--until', value: stated.slice(0, 80), kind: SETTING_KINDS.time });
  }
  return new Date(ms).toISOString();
}

async function list(cli: Cli, name: string, { url }: Options): Promise<number> {
  const service = await directoryService(cli, url);
  const { id: person } = await personNamed(service, name);
  const items = await fetchApiKeys(service, person);
  for (const { id, role, label = '-', until, isRevoked } of items) {
    const state = isRevoked ? PEOPLE_COMMANDS.revoked : PEOPLE_COMMANDS.valid;
    cli.output.line(
      cli.format(PEOPLE_COMMANDS.keyLine, { id, role: roleName(role), label, until: timeText(until), state }),
    );
  }
  cli.output.json({ items: items.map((each) => ({ ...each, label: each.label ?? null })) });
  return EXIT.ok;
}

async function revoke(cli: Cli, id: string, { url }: Options): Promise<number> {
  const service = await directoryService(cli, url);
  await changeDirectory(service, `/v1/api-keys/${encodeURIComponent(id)}/revoke`, {});
  cli.output.line(cli.format(PEOPLE_COMMANDS.done));
  cli.output.json({ id });
  return EXIT.ok;
}
