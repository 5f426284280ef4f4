import { type Command, Option } from 'commander';
import {
  type CaseView,
  changeDirectory,
  fetchCaseAccess,
  fetchCases,
  fetchOrganisations,
  fetchPeople,
} from '../../client/directory.ts';
import { ServiceProblem } from '../../client/service-errors.ts';
import type { Service } from '../../client/http.ts';
import { EXIT } from '../../text/exit-codes.ts';
import { ACCESS_AUDIT } from '../../text/access.ts';
import { PEOPLE_COMMANDS } from '../../text/people-commands.ts';
import { directoryService } from '../settings/directory-service.ts';
import type { Cli } from '../shell/context.ts';
import { statedTime } from '../tasks/stated-time.ts';
import { recordIdOf } from '../tasks/find-record.ts';
import { caseNumbered, organisationNamed, personNamed } from '../tasks/directory-names.ts';

interface Options {
  readonly url?: string;
  readonly org?: string;
  readonly right?: 'look' | 'custody';
  readonly until?: string;
  readonly basis?: string;
}

export function addCommand(program: Command, cli: Cli): void {
  const cases = program.command('case');
  const sub = (name: string, description: string) =>
    cases.command(name).description(description).option('--url <url>', cli.format(PEOPLE_COMMANDS.url));
  sub('list', cli.format(PEOPLE_COMMANDS.listCases)).action(cli.action(async (options: Options) => list(cli, options)));
  for (const [name, description] of [
    ['assign', cli.format(PEOPLE_COMMANDS.assignCase)],
    ['unassign', cli.format(PEOPLE_COMMANDS.unassignCase)],
  ] as const) {
    sub(name, description)
      .argument('<number>', cli.format(PEOPLE_COMMANDS.caseNumber))
      .argument('<sign-in-name>', cli.format(PEOPLE_COMMANDS.signInName))
      .action(
        cli.action(async (number: string, person: string, { url }: Options) => {
          const service = await directoryService(cli, url);
          const { id } = await caseNumbered(service, number);
          const body = { person: (await personNamed(service, person)).id };
          return change(cli, service, `/v1/cases/${id}/${name}`, body);
        }),
      );
  }
  sub('access', cli.format(ACCESS_AUDIT.ofCase))
    .argument('<number>', cli.format(PEOPLE_COMMANDS.caseNumber))
    .action(cli.action(async (number: string, { url }: Options) => showAccess(cli, number, url)));
  const right = new Option('--right <right>', cli.format(PEOPLE_COMMANDS.right))
    .choices(['look', 'custody'])
    .default('look');
  sub('grant', cli.format(PEOPLE_COMMANDS.grantCase))
    .argument('<number>', cli.format(PEOPLE_COMMANDS.caseNumber))
    .requiredOption('--org <name>', cli.format(PEOPLE_COMMANDS.name))
    .requiredOption('--basis <text>', cli.format(PEOPLE_COMMANDS.basis))
    .option('--until <time>', cli.format(PEOPLE_COMMANDS.until))
    .addOption(right)
    .action(cli.action(async (number: string, options: Options) => grant(cli, number, options)));
  for (const [name, description] of [
    ['publish', cli.format(PEOPLE_COMMANDS.publishRecord)],
    ['withdraw', cli.format(PEOPLE_COMMANDS.withdrawRecord)],
  ] as const) {
    sub(name, description)
      .argument('<record>', cli.format(PEOPLE_COMMANDS.record))
      .action(
        cli.action(async (record: string, { url }: Options) => {
          const service = await directoryService(cli, url);
          const id = await recordIdOf(service, record);
          return change(cli, service, `/v1/evidence/${id}/${name}`, {});
        }),
      );
  }
  sub('grant-record', cli.format(PEOPLE_COMMANDS.grantRecord))
    .argument('<record>', cli.format(PEOPLE_COMMANDS.record))
    .argument('<sign-in-name>', cli.format(PEOPLE_COMMANDS.signInName))
    .requiredOption('--basis <text>', cli.format(PEOPLE_COMMANDS.basis))
    .requiredOption('--until <time>', cli.format(PEOPLE_COMMANDS.until))
    .action(
      cli.action(async (record: string, signInName: string, { url, until, basis }: Options) => {
        const service = await directoryService(cli, url);
        const id = await recordIdOf(service, record);
        const body = { signInName, until: statedTime('--until', until!), basis: basis! };
        const made = await changeDirectory(service, `/v1/evidence/${id}/grants`, body, ['id']);
        cli.output.line(cli.format(PEOPLE_COMMANDS.grantIs, { id: made.id }));
        cli.output.json({ id: made.id });
        return EXIT.ok;
      }),
    );
  sub('end-grant', cli.format(PEOPLE_COMMANDS.endGrant))
    .argument('<id>', cli.format(PEOPLE_COMMANDS.grantId))
    .action(
      cli.action(async (id: string, { url }: Options) =>
        change(cli, await directoryService(cli, url), `/v1/grants/${encodeURIComponent(id)}/end`, {}),
      ),
    );
}

async function showAccess(cli: Cli, number: string, url: string | undefined): Promise<number> {
  const service = await directoryService(cli, url);
  const { id } = await caseNumbered(service, number);
  const requests = await fetchCaseAccess(service, id);
  if (requests.length === 0) cli.output.line(cli.format(ACCESS_AUDIT.nobody));
  for (const { person, name = person, organisation = '-', record = '-', status, ...rest } of requests) {
    cli.output.line(cli.format(ACCESS_AUDIT.request, { ...rest, name, organisation, record, status: status ?? '-' }));
  }
  cli.output.json({ items: requests.map((request) => ({ ...request, status: request.status ?? null })) });
  return EXIT.ok;
}

async function grant(cli: Cli, number: string, { url, org, right, until, basis }: Options): Promise<number> {
  const service = await directoryService(cli, url);
  const { id } = await caseNumbered(service, number);
  const { id: organisation } = await organisationNamed(service, org!);
  const term = until === undefined ? {} : { until: statedTime('--until', until) };
  const body = { organisation, right: right!, basis: basis!, ...term };
  return change(cli, service, `/v1/cases/${id}/grants`, body);
}

async function change(
  cli: Cli,
  service: Service,
  path: string,
  body: Readonly<Record<string, string>>,
): Promise<number> {
  const { id = null } = await changeDirectory(service, path, body);
  cli.output.line(cli.format(PEOPLE_COMMANDS.done));
  cli.output.json({ id });
  return EXIT.ok;
}

async function list(cli: Cli, { url }: Options): Promise<number> {
  const service = await directoryService(cli, url);
  const [cases, organisations] = [await fetchCases(service), await fetchOrganisations(service)];
  const names = new Map(organisations.map(({ id, name = id }) => [id, name]));
  const people = await fetchPeople(service).catch(noneIfForbidden);
  const persons = new Map(people.map(({ id, name = id }) => [id, name]));
  for (const each of cases) printCase(cli, each, { organisations: names, persons });
  cli.output.json({
    items: cases.map(({ number = null, grants, ...rest }) => ({
      ...rest,
      number,
      grants: grants.map((given) => ({ ...given, until: given.until ?? null, basis: given.basis ?? null })),
    })),
  });
  return EXIT.ok;
}

/** Persons are listed for supervisors; others see how many there are. */
function noneIfForbidden(error: unknown): [] {
  if (error instanceof ServiceProblem && error.code === 'forbidden') return [];
  throw error;
}

function printCase(
  cli: Cli,
  { number = '-', organisation, assigned, grants }: CaseView,
  { organisations, persons }: Readonly<Record<'organisations' | 'persons', ReadonlyMap<string, string>>>,
) {
  const nameOf = (id: string) => organisations.get(id) ?? id;
  const named = assigned.flatMap((id) => persons.get(id) ?? []);
  const count = assigned.length - named.length;
  if (count > 0) named.push(cli.format(PEOPLE_COMMANDS.unnamedPersons, { count }));
  const values = { number, organisation: nameOf(organisation), assigned: named.join('、') || '-' };
  cli.output.line(cli.format(PEOPLE_COMMANDS.caseLine, values));
  for (const { id, organisation: to, right, basis = '-', isOpen } of grants) {
    const state = isOpen ? PEOPLE_COMMANDS.inForce : PEOPLE_COMMANDS.ended;
    const allowed = right === 'custody' ? PEOPLE_COMMANDS.custody : PEOPLE_COMMANDS.look;
    cli.output.line(
      cli.format(PEOPLE_COMMANDS.grantLine, { id, organisation: nameOf(to), right: allowed, basis, state }),
    );
  }
}
