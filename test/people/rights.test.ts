import { describe, expect, test } from 'vitest';
import { type OrganisationKind, type Role, ROLES } from '../../src/people/persons.ts';
import { type Act, may, type Principal, RIGHTS, type RightsObject } from '../../src/people/rights.ts';
import { idOf, officeStory, type Story } from './events.ts';
import { SEEN, STANDINGS, WRITTEN } from './written-rights.ts';

const acts = Object.keys(RIGHTS) as Act[];
const person = (name: string, ...roles: Role[]): Principal => ({ kind: 'person', person: idOf(name), roles });
const HANDLER = person('handler', 'handler');
const COLLEAGUE = person('colleague', 'handler');
const SUPERVISOR = person('supervisor', 'supervisor');
const OFFICER = person('officer', 'handler');
const CLERK = person('clerk', 'court');
const AUDITOR = person('auditor', 'auditor');
const ADMIN = person('admin', 'admin');
const LAWYER = person('lawyer', 'party');
const EVERYBODY = { HANDLER, COLLEAGUE, SUPERVISOR, OFFICER, CLERK, AUDITOR, ADMIN, LAWYER };

const record = { id: idOf('record'), person: idOf('handler'), organisation: idOf('procuratorate') };
const ofCase = ({ directory }: Story): RightsObject => ({ case: directory.case(idOf('case'))!, record });

/** By name of the person, what `may` answers. */
function answers(story: Story, act: Act, object: RightsObject | undefined = ofCase(story)): Record<string, string> {
  const { directory, nowMs } = story;
  const answered = Object.entries(EVERYBODY).map(([name, who]) => [name, may(directory, who, act, object, nowMs)]);
  return Object.fromEntries(answered) as Record<string, string>;
}

test('a ledger without accounts lets this machine do everything but make accounts', () => {
  const { directory } = officeStory();
  const empty = new (directory.constructor as new () => typeof directory)();
  for (const act of acts) {
    const isOfAdmins = Object.keys(RIGHTS[act]).every((role) => role === 'admin');
    expect([act, may(empty, { kind: 'local' }, act, undefined, 0)]).toEqual([act, isOfAdmins ? 'no' : 'yes']);
    expect(may(empty, { kind: 'host' }, act, undefined, 0)).toBe('admin' in RIGHTS[act] ? 'yes' : 'no');
    expect(may(directory, { kind: 'local' }, act, undefined, 0)).toBe('sign-in');
    expect(may(directory, { kind: 'stranger' }, act, ofCase(officeStory()), 0)).toBe('sign-in');
  }
});

describe('what is written of each role, at each standing', () => {
  const story = officeStory();
  const until = new Date(story.nowMs + 3_600_000).toISOString();
  const give = (organisation: string, more: { readonly until?: string } = {}) =>
    story.add('case-granted', {
      grant: idOf(`grant to ${organisation}`),
      case: idOf('case'),
      organisation: idOf(organisation),
      right: 'look',
      ...more,
      personal: { basis: 'x' },
    });
  const KINDS: Readonly<Record<Role, OrganisationKind>> = {
    handler: 'police',
    supervisor: 'police',
    admin: 'police',
    court: 'court',
    auditor: 'audit',
    party: 'party',
  };
  for (const role of ROLES) {
    for (const standing of STANDINGS) {
      const [name, office] = [`${role} ${standing}`, `office of ${role} ${standing}`];
      const isOfOwner = standing === 'own' || standing === 'assigned';
      const worksThere = ['handler', 'supervisor', 'admin'].includes(role);
      if (isOfOwner && !worksThere) continue; // the owner gives no such role
      if (!isOfOwner) story.organisation(office, KINDS[role]);
      story.person(name, isOfOwner ? 'procuratorate' : office, [role]);
      if (standing === 'assigned' && role !== 'admin') {
        story.add('case-assigned', { case: idOf('case'), person: idOf(name) });
      }
      if (standing === 'granted' || standing === 'grant-ended') give(office);
      if (standing === 'grant-over') give(office, { until });
      if (standing === 'grant-ended') story.add('grant-ended', { grant: idOf(`grant to ${office}`) });
      if (standing.startsWith('record') && role === 'party') {
        story.add('record-granted', {
          grant: idOf(`record to ${name}`),
          record: record.id,
          person: idOf(name),
          until: standing === 'record-granted' ? '2099-01-01T00:00:00.000Z' : until,
          personal: { basis: 'x' },
        });
      }
    }
  }
  const nowMs = Math.max(story.nowMs, Date.parse(until));
  const principals = ROLES.flatMap((role) =>
    STANDINGS.map((standing) => ({ role, name: `${role} ${standing}` })).filter(
      ({ name }) => story.directory.person(idOf(name)) !== undefined,
    ),
  );

  test.each(acts)('%s', (act) => {
    const { roles, on } = WRITTEN[act];
    const found = principals.map(({ role, name }) => {
      const principal = person(name, role);
      const bare = may(story.directory, principal, act, undefined, nowMs);
      return [name, bare, on && may(story.directory, principal, act, ofCase(story), nowMs)];
    });
    const isIn = (names: readonly string[], name: string) => names.includes(name);
    const expected = principals.map(({ role, name }) => [
      name,
      roles.includes(role) ? 'yes' : 'no',
      on && (isIn(on, name) ? 'yes' : isIn(SEEN, name) ? 'no' : 'hidden'),
    ]);
    expect(found).toEqual(expected);
  });
});

test('who is taken off a case sees no more what they registered there', () => {
  const story = officeStory();
  expect(answers(story, 'look').HANDLER).toBe('yes');
  story.add('case-unassigned', { case: idOf('case'), person: idOf('handler') });
  for (const act of ['look', 'read-content', 'look-at-case'] as const) {
    expect([act, answers(story, act).HANDLER]).toEqual([act, 'hidden']);
  }
});

test('a case is looked at by those who work on it, and is hidden from all others', () => {
  const story = officeStory();
  const expected = {
    HANDLER: 'yes',
    COLLEAGUE: 'hidden',
    SUPERVISOR: 'yes',
    OFFICER: 'hidden',
    CLERK: 'hidden',
    AUDITOR: 'hidden',
    ADMIN: 'hidden',
    LAWYER: 'hidden',
  };
  for (const act of ['look', 'read-content', 'look-at-case'] as const) expect(answers(story, act)).toEqual(expected);
});

test('a grant opens a case to an organisation, and its end closes it at once', () => {
  const story = officeStory();
  const grant = (name: string, organisation: string, until?: string) =>
    story.add('case-granted', {
      grant: idOf(name),
      case: idOf('case'),
      organisation: idOf(organisation),
      right: 'look',
      ...(until !== undefined && { until }),
      personal: { basis: '（2026）移送12号' },
    });
  grant('to court', 'court');
  grant('to police', 'police', '2026-03-02T00:00:00.000Z');
  expect(answers(story, 'look')).toMatchObject({ CLERK: 'yes', OFFICER: 'yes', COLLEAGUE: 'hidden' });
  const later = Date.parse('2026-03-02T00:00:00.000Z');
  expect(may(story.directory, OFFICER, 'look', ofCase(story), later)).toBe('hidden');
  expect(may(story.directory, CLERK, 'look', ofCase(story), later)).toBe('yes');
  // what one may look at is not hidden from the other acts
  expect(answers(story, 'grant')).toMatchObject({ SUPERVISOR: 'yes', HANDLER: 'no', CLERK: 'no', ADMIN: 'hidden' });
  story.add('grant-ended', { grant: idOf('to court') });
  expect(answers(story, 'look')).toMatchObject({ CLERK: 'hidden' });
});

test('an assignment ends with the grant that it rests on, and with the organisation', () => {
  const story = officeStory();
  const personal = { basis: 'x' };
  story.add('case-granted', {
    grant: idOf('g'),
    case: idOf('case'),
    organisation: idOf('police'),
    right: 'custody',
    personal,
  });
  story.add('case-assigned', { case: idOf('case'), person: idOf('officer') });
  expect(answers(story, 'look').OFFICER).toBe('yes');
  story.add('grant-ended', { grant: idOf('g') });
  expect(answers(story, 'look').OFFICER).toBe('hidden');
  story.add('person-moved', { person: idOf('handler'), organisation: idOf('police'), roles: ['handler'] });
  expect(answers(story, 'look').HANDLER).toBe('hidden');
});

test('records are registered to cases of the own organisation', () => {
  const story = officeStory();
  expect(answers(story, 'register')).toEqual({
    HANDLER: 'yes',
    COLLEAGUE: 'yes',
    SUPERVISOR: 'yes',
    OFFICER: 'hidden',
    CLERK: 'hidden',
    AUDITOR: 'hidden',
    ADMIN: 'hidden',
    LAWYER: 'hidden',
  });
});

test('a record without a case belongs to who registered it, and to the supervisors there', () => {
  const story = officeStory();
  expect(answers(story, 'look', { record })).toMatchObject({ HANDLER: 'yes', COLLEAGUE: 'hidden', SUPERVISOR: 'yes' });
  const ofBefore = { record: { id: record.id, person: undefined, organisation: undefined } };
  expect(new Set(Object.values(answers(story, 'look', ofBefore)))).toEqual(new Set(['hidden']));
});

test('a party looks at the records that were granted, until their date', () => {
  const story = officeStory();
  const until = '2026-03-02T00:00:00.000Z';
  story.add('record-granted', {
    grant: idOf('g'),
    record: record.id,
    person: idOf('lawyer'),
    until,
    personal: { basis: 'x' },
  });
  expect(answers(story, 'look').LAWYER).toBe('yes');
  expect(answers(story, 'look', { record: { ...record, id: idOf('other') } }).LAWYER).toBe('hidden');
  expect(may(story.directory, LAWYER, 'look', ofCase(story), Date.parse(until))).toBe('hidden');
});

describe('sessions and keys', () => {
  test('nobody who has left, and no role that was taken away, has rights', () => {
    const story = officeStory();
    story.add('person-left', { person: idOf('colleague') });
    expect(answers(story, 'search', undefined).COLLEAGUE).toBe('sign-in');
    expect(may(story.directory, person('handler', 'supervisor'), 'look', ofCase(story), story.nowMs)).toBe('hidden');
    expect(may(story.directory, person('nobody', 'admin'), 'search', undefined, story.nowMs)).toBe('sign-in');
  });

  test('a key has the one role that it was made for', () => {
    const story = officeStory();
    story.add('roles-changed', { person: idOf('supervisor'), roles: ['supervisor', 'handler'] });
    const key = person('supervisor', 'handler');
    expect(may(story.directory, key, 'grant', ofCase(story), story.nowMs)).toBe('hidden');
    expect(may(story.directory, SUPERVISOR, 'grant', ofCase(story), story.nowMs)).toBe('yes');
  });

  test('after a restore nobody but an administrator has rights until it is confirmed', () => {
    const story = officeStory();
    story.add('restored', {});
    const restored = answers(story, 'look');
    expect(restored).toMatchObject({ HANDLER: 'sign-in', SUPERVISOR: 'sign-in', AUDITOR: 'sign-in', ADMIN: 'hidden' });
    expect(answers(story, 'confirm-restore', undefined).ADMIN).toBe('yes');
    story.add('restore-confirmed', {});
    expect(answers(story, 'look').HANDLER).toBe('yes');
  });
});

test('administrators and auditors see no evidence, whatever the relation', () => {
  const ofEvidence = [
    'register',
    'look',
    'read-content',
    'look-at-case',
    'assign',
    'grant',
    'publish',
    'search',
  ] as const;
  const rows: readonly Readonly<Partial<Record<Role, unknown>>>[] = ofEvidence.map((act) => RIGHTS[act]);
  expect(rows.map(({ admin, auditor }) => [admin, auditor])).toEqual(rows.map(() => [undefined, undefined]));
});
