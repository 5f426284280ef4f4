import { type Command, Option } from 'commander';
import { changeDirectory, fetchOrganisations } from '../../client/directory.ts';
import { EXIT } from '../../text/exit-codes.ts';
import { ORGANISATION_KIND_NAMES, organisationKindName } from '../../text/people.ts';
import { PEOPLE_COMMANDS } from '../../text/people-commands.ts';
import { directoryService } from '../settings/directory-service.ts';
import type { Cli } from '../shell/context.ts';
import { organisationNamed } from '../tasks/directory-names.ts';

interface Options {
  readonly url?: string;
  readonly kind?: string;
}

const KINDS = Object.keys(ORGANISATION_KIND_NAMES);

export function addCommand(program: Command, cli: Cli): void {
  const org = program.command('org');
  const sub = (name: string, description: string) =>
    org.command(name).description(description).option('--url <url>', cli.format(PEOPLE_COMMANDS.url));
  sub('add', cli.format(PEOPLE_COMMANDS.addOrganisation))
    .argument('<name>', cli.format(PEOPLE_COMMANDS.name))
    .addOption(new Option('--kind <kind>', cli.format(PEOPLE_COMMANDS.kind)).choices(KINDS).makeOptionMandatory())
    .action(cli.action(async (name: string, options: Options) => add(cli, name, options)));
  sub('list', cli.format(PEOPLE_COMMANDS.listOrganisations)).action(
    cli.action(async (options: Options) => list(cli, options)),
  );
  sub('rename', cli.format(PEOPLE_COMMANDS.renameOrganisation))
    .argument('<name>', cli.format(PEOPLE_COMMANDS.name))
    .argument('<new-name>', cli.format(PEOPLE_COMMANDS.newName))
    .action(
      cli.action(async (name: string, newName: string, options: Options) =>
        change(cli, name, 'rename', { name: newName }, options),
      ),
    );
  sub('close', cli.format(PEOPLE_COMMANDS.closeOrganisation))
    .argument('<name>', cli.format(PEOPLE_COMMANDS.name))
    .action(cli.action(async (name: string, options: Options) => change(cli, name, 'close', {}, options)));
}

async function add(cli: Cli, name: string, { url, kind }: Options): Promise<number> {
  const service = await directoryService(cli, url);
  const { id } = await changeDirectory(service, '/v1/organisations', { kind: kind!, name }, ['id']);
  cli.output.line(cli.format(PEOPLE_COMMANDS.done));
  cli.output.json({ id, name, kind: kind! });
  return EXIT.ok;
}

async function list(cli: Cli, { url }: Options): Promise<number> {
  const organisations = await fetchOrganisations(await directoryService(cli, url));
  for (const { id, kind, name = '-', isClosed } of organisations) {
    const state = isClosed ? PEOPLE_COMMANDS.closed : PEOPLE_COMMANDS.open;
    cli.output.line(
      cli.format(PEOPLE_COMMANDS.organisationLine, { name, kind: organisationKindName(kind), state, id }),
    );
  }
  cli.output.json({ items: organisations.map((each) => ({ ...each, name: each.name ?? null })) });
  return EXIT.ok;
}

async function change(
  cli: Cli,
  name: string,
  command: 'rename' | 'close',
  body: Readonly<Record<string, string>>,
  { url }: Options,
): Promise<number> {
  const service = await directoryService(cli, url);
  const { id } = await organisationNamed(service, name);
  await changeDirectory(service, `/v1/organisations/${id}/${command}`, body);
  cli.output.line(cli.format(PEOPLE_COMMANDS.done));
  cli.output.json({ id });
  return EXIT.ok;
}
