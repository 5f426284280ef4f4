import { type Command, Option } from 'commander';
import {
  changeDirectory,
  type DirectoryChange,
  fetchOrganisations,
  fetchPeople,
  type PersonView,
} from '../../client/directory.ts';
import type { Service } from '../../client/http.ts';
import type { JsonObject } from '../../protocol/encoding/json.ts';
import { EXIT } from '../../text/exit-codes.ts';
import { PeopleError } from '../../text/people-error.ts';
import { listRoles, ROLE_NAMES } from '../../text/people.ts';
import { PEOPLE_COMMANDS } from '../../text/people-commands.ts';
import { directoryService } from '../settings/directory-service.ts';
import type { Cli } from '../shell/context.ts';
import { organisationNamed, personNamed } from '../tasks/directory-names.ts';

interface Options {
  readonly url?: string;
  readonly org?: string;
  readonly role?: readonly string[];
  readonly admin?: true;
  readonly name?: string;
  readonly successor?: string;
  readonly issuer?: string;
  readonly subject?: string;
  readonly yes?: true;
}

export function addCommand(program: Command, cli: Cli): void {
  const people = program.command('people');
  const sub = (name: string, description: string) =>
    people.command(name).description(description).option('--url <url>', cli.format(PEOPLE_COMMANDS.url));
  const signInName = cli.format(PEOPLE_COMMANDS.signInName);
  const role = () => new Option('--role <role...>', cli.format(PEOPLE_COMMANDS.role)).choices(Object.keys(ROLE_NAMES));
  sub('add', cli.format(PEOPLE_COMMANDS.addPerson))
    .argument('<sign-in-name>', signInName)
    .requiredOption('--org <name>', cli.format(PEOPLE_COMMANDS.org))
    .addOption(role())
    .option('--admin', cli.format(PEOPLE_COMMANDS.admin))
    .option('--name <text>', cli.format(PEOPLE_COMMANDS.shownName))
    .action(cli.action(async (name: string, options: Options) => add(cli, name, options)));
  sub('list', cli.format(PEOPLE_COMMANDS.listPeople)).action(
    cli.action(async (options: Options) => list(cli, options)),
  );
  sub('roles', cli.format(PEOPLE_COMMANDS.changeRoles))
    .argument('<sign-in-name>', signInName)
    .addOption(role().makeOptionMandatory())
    .action(
      cli.action(async (name: string, options: Options) =>
        change(cli, name, options, 'roles', async () => ({ roles: rolesOf(options) })),
      ),
    );
  sub('move', cli.format(PEOPLE_COMMANDS.movePerson))
    .argument('<sign-in-name>', signInName)
    .requiredOption('--org <name>', cli.format(PEOPLE_COMMANDS.org))
    .addOption(role().makeOptionMandatory())
    .action(
      cli.action(async (name: string, options: Options) =>
        change(cli, name, options, 'move', async (service) => {
          const { id: organisation } = await organisationNamed(service, options.org!);
          return { organisation, roles: rolesOf(options) };
        }),
      ),
    );
  sub('leave', cli.format(PEOPLE_COMMANDS.endPerson))
    .argument('<sign-in-name>', signInName)
    .option('--successor <sign-in-name>', cli.format(PEOPLE_COMMANDS.successor))
    .action(
      cli.action(async (name: string, options: Options) =>
        change(cli, name, options, 'leave', async (service) => {
          const { successor } = options;
          return successor === undefined ? {} : { successor: (await personNamed(service, successor)).id };
        }),
      ),
    );
  sub('reset', cli.format(PEOPLE_COMMANDS.resetPerson))
    .argument('<sign-in-name>', signInName)
    .action(
      cli.action(async (name: string, options: Options) =>
        change(cli, name, options, 'reset', (_, { identities }) => {
          for (const { issuer, subject } of identities) {
            cli.output.notice(cli.format(PEOPLE_COMMANDS.stillBound, { issuer, subject: subject ?? '-' }));
          }
          return {};
        }),
      ),
    );
  for (const [command, description] of [
    ['bind', PEOPLE_COMMANDS.bindIdentity],
    ['unbind', PEOPLE_COMMANDS.unbindIdentity],
  ] as const) {
    sub(command, cli.format(description))
      .argument('<sign-in-name>', signInName)
      .requiredOption('--issuer <url>', cli.format(PEOPLE_COMMANDS.issuer))
      .requiredOption('--subject <text>', cli.format(PEOPLE_COMMANDS.subject))
      .action(
        cli.action(async (name: string, options: Options) =>
          change(cli, name, options, command, (_, person) => identityBody(command, person, options)),
        ),
      );
  }
  sub('confirm-restore', cli.format(PEOPLE_COMMANDS.confirmRestore))
    .option('--yes', cli.format(PEOPLE_COMMANDS.yes))
    .action(cli.action(async (options: Options) => confirmRestore(cli, options)));
}

/** Shows whom the confirmation lets in again, and confirms where that was looked at before. */
async function confirmRestore(cli: Cli, { url, yes }: Options): Promise<number> {
  const service = await directoryService(cli, url);
  const people = await fetchPeople(service);
  await printPeople(cli, service, people);
  const isConfirmed = yes === true;
  if (isConfirmed) await changeDirectory(service, '/v1/restore/confirm', {});
  cli.output.line(
    cli.format(isConfirmed ? PEOPLE_COMMANDS.done : PEOPLE_COMMANDS.compareRestored),
    isConfirmed ? 'plain' : 'warn',
  );
  cli.output.json({ confirmed: isConfirmed, people: people.map(personJson) });
  return isConfirmed ? EXIT.ok : EXIT.notAllowed;
}

function rolesOf({ role = [], admin }: Options): readonly string[] {
  return [...new Set([...role, ...(admin === true ? ['admin'] : [])])];
}

async function add(cli: Cli, signInName: string, options: Options): Promise<number> {
  const service = await directoryService(cli, options.url);
  const { id: organisation } = await organisationNamed(service, options.org!);
  const { name = signInName } = options;
  const body = { organisation, roles: rolesOf(options), signInName, name };
  return report(cli, service, await changeDirectory(service, '/v1/people', body, ['id', 'link']));
}

async function change(
  cli: Cli,
  name: string,
  { url }: Options,
  command: string,
  bodyOf: (service: Service, person: PersonView) => Promise<JsonObject> | JsonObject,
): Promise<number> {
  const service = await directoryService(cli, url);
  const person = await personNamed(service, name);
  const { id } = person;
  const needed = command === 'reset' ? (['link'] as const) : [];
  const changed = await changeDirectory(service, `/v1/people/${id}/${command}`, await bodyOf(service, person), needed);
  return report(cli, service, { ...changed, id });
}

/** What binds an account, or names the binding that ends. Throws `identity-not-named`. */
function identityBody(command: 'bind' | 'unbind', { identities }: PersonView, options: Options): JsonObject {
  const [issuer, subject] = [options.issuer!, options.subject!];
  if (command === 'bind') return { issuer, subject };
  const bound = identities.find((each) => each.issuer === issuer && each.subject === subject);
  if (bound === undefined) throw new PeopleError('identity-not-named', { issuer, subject });
  return { identity: bound.id };
}

function report(cli: Cli, { url }: Service, { id, link }: DirectoryChange): number {
  const address = link === undefined ? undefined : `${url}/start#${link}`;
  cli.output.line(cli.format(PEOPLE_COMMANDS.done));
  if (address !== undefined) cli.output.line(cli.format(PEOPLE_COMMANDS.linkIs, { link: address }), 'strong');
  cli.output.json({ id: id ?? null, ...(address !== undefined && { link: address }) });
  return EXIT.ok;
}

async function list(cli: Cli, { url }: Options): Promise<number> {
  const service = await directoryService(cli, url);
  const people = await fetchPeople(service);
  await printPeople(cli, service, people);
  cli.output.json({ items: people.map(personJson) });
  return EXIT.ok;
}

function personJson(person: PersonView): object {
  return { ...person, name: person.name ?? null, signInName: person.signInName ?? null };
}

async function printPeople(cli: Cli, service: Service, people: readonly PersonView[]): Promise<void> {
  const organisations = await fetchOrganisations(service);
  const names = new Map(organisations.map(({ id, name }) => [id, name]));
  for (const { signInName = '-', name = '-', organisation, roles, hasLeft, hasPassword } of people) {
    const state = hasLeft
      ? PEOPLE_COMMANDS.hasLeft
      : hasPassword
        ? PEOPLE_COMMANDS.present
        : PEOPLE_COMMANDS.noPassword;
    const values = { signInName, name, organisation: names.get(organisation) ?? organisation, state };
    cli.output.line(cli.format(PEOPLE_COMMANDS.personLine, { ...values, roles: listRoles(roles) }));
  }
}
