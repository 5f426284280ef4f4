import { rmSync } from 'node:fs';
import { type Command, Option } from 'commander';
import { fileFailure } from '../../adapters/files/file-errors.ts';
import { replaceFile } from '../../adapters/files/replace-file.ts';
import { writeSecretFile } from '../../adapters/files/secret-file.ts';
import { changeDirectory, fetchApiKeys } from '../../client/directory.ts';
import { EXIT } from '../../text/exit-codes.ts';
import { ROLE_NAMES, roleName } from '../../text/people.ts';
import { PEOPLE_COMMANDS } from '../../text/people-commands.ts';
import { timeText } from '../../text/time.ts';
import { LedgerError } from '../../text/ledger-error.ts';
import { directoryService } from '../settings/directory-service.ts';
import type { Cli } from '../shell/context.ts';
import { personNamed } from '../tasks/directory-names.ts';
import { statedTime } from '../tasks/stated-time.ts';

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

async function add(cli: Cli, name: string, { url, role, label, until, output: file = '' }: Options): Promise<number> {
  const service = await directoryService(cli, url);
  const { id: person } = await personNamed(service, name);
  const body = { person, role: role!, label: label!, until: statedTime('--until', until!) };
  reserve(file);
  const { id, key } = await changeDirectory(service, '/v1/api-keys', body, ['id', 'key']).catch((error: unknown) => {
    rmSync(file, { force: true });
    throw error;
  });
  try {
    await replaceFile(file, `${key}\n`);
  } catch (error) {
    await changeDirectory(service, `/v1/api-keys/${id}/revoke`, {});
    rmSync(file, { force: true });
    throw fileFailure('file-unwritable', Buffer.from(file), error);
  }
  cli.output.line(cli.format(PEOPLE_COMMANDS.keyIs, { file }));
  cli.output.json({ id, file });
  return EXIT.ok;
}

/** The file is there before the key is made, so that no key is made that cannot be kept. */
function reserve(file: string): void {
  try {
    writeSecretFile(file, '');
  } catch (error) {
    const isTaken = (error as NodeJS.ErrnoException).code === 'EEXIST';
    throw isTaken
      ? new LedgerError('document-exists', { file })
      : fileFailure('file-unwritable', Buffer.from(file), error);
  }
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
