import { expect, test } from 'vitest';
import { Directory } from '../../src/people/directory.ts';
import type { DirectoryEvent } from '../../src/people/events.ts';
import type { Role } from '../../src/people/persons.ts';
import { idOf, officeStory, START_MS, Story } from './events.ts';

const LATER = '2026-06-01T00:00:00.000Z';
const SECRET = 'ab'.repeat(32);

/** The code with which the next event of a story is refused; undefined where it is taken. */
function refusal(act: (story: Story) => void, story = officeStory()): string | undefined {
  const count = story.events.length;
  const before = JSON.stringify(story.directory.persons());
  try {
    act(story);
    return undefined;
  } catch (error) {
    expect([story.events.length, JSON.stringify(story.directory.persons())]).toEqual([count, before]);
    return (error as { code: string }).code;
  }
}

test('the same events make the same directory', () => {
  const { directory, events } = officeStory();
  const again = new Directory();
  for (const event of events) again.apply(event);
  expect(again.persons()).toEqual(directory.persons());
  expect(again.cases()).toEqual(directory.cases());
});

test('names to sign in with are found whatever their case and width', () => {
  const { directory } = officeStory();
  for (const name of ['handler', 'HANDLER', ' ｈａｎｄｌｅｒ ']) {
    expect(directory.personBySignInName(name)?.id).toBe(idOf('handler'));
  }
  expect(directory.personBySignInName('nobody')).toBeUndefined();
});

test.each<[string, (story: Story) => void]>([
  [
    'name-taken',
    (story) =>
      story.add('organisation-added', { organisation: idOf('x'), kind: 'police', personal: { name: 'court' } }),
  ],
  [
    'id-taken',
    (story) => story.add('organisation-added', { organisation: idOf('court'), kind: 'court', personal: { name: 'x' } }),
  ],
  ['organisation-unknown', (story) => story.person('x', 'nowhere', ['handler'])],
  ['organisation-in-use', (story) => story.add('organisation-closed', { organisation: idOf('court') })],
  [
    'name-taken',
    (story) =>
      story.add('person-added', {
        person: idOf('x'),
        organisation: idOf('court'),
        roles: ['court'],
        personal: { signInName: 'Handler', name: 'x' },
      }),
  ],
  ['role-not-of-organisation', (story) => story.person('x', 'court', ['handler'])],
  ['role-not-of-organisation', (story) => story.person('x', 'procuratorate', ['auditor'])],
  ['roles-incompatible', (story) => story.person('x', 'procuratorate', ['handler', 'admin'])],
  [
    'roles-incompatible',
    (story) => story.add('roles-changed', { person: idOf('handler'), roles: ['admin', 'supervisor'] }),
  ],
  ['roles-none', (story) => story.add('roles-changed', { person: idOf('handler'), roles: [] })],
  ['last-admin', (story) => story.add('roles-changed', { person: idOf('admin'), roles: ['handler'] })],
  ['last-admin', (story) => story.add('person-left', { person: idOf('admin') })],
  [
    'last-admin',
    (story) => story.add('person-moved', { person: idOf('admin'), organisation: idOf('police'), roles: ['handler'] }),
  ],
  ['successor-foreign', (story) => story.add('person-left', { person: idOf('handler'), successor: idOf('officer') })],
  ['successor-foreign', (story) => story.add('person-left', { person: idOf('handler'), successor: idOf('handler') })],
  ['assignment-role', (story) => story.add('person-left', { person: idOf('handler'), successor: idOf('admin') })],
  ['last-supervisor', (story) => story.add('person-left', { person: idOf('supervisor'), successor: idOf('handler') })],
  ['last-supervisor', (story) => story.add('roles-changed', { person: idOf('supervisor'), roles: ['handler'] })],
  [
    'last-supervisor',
    (story) =>
      story.add('person-moved', { person: idOf('supervisor'), organisation: idOf('police'), roles: ['supervisor'] }),
  ],
  ['person-unknown', (story) => story.add('person-reset', { person: idOf('nobody') })],
  [
    'role-not-held',
    (story) =>
      story.add('api-key-added', {
        key: idOf('key'),
        person: idOf('handler'),
        role: 'admin',
        secretSha256: SECRET,
        until: LATER,
        personal: { label: 'x' },
      }),
  ],
  ['api-key-unknown', (story) => story.add('api-key-revoked', { key: idOf('key') })],
  [
    'case-exists',
    (story) =>
      story.add('case-opened', {
        case: idOf('other'),
        organisation: idOf('procuratorate'),
        personal: { number: '（2026）浙01刑初123号' },
      }),
  ],
  ['case-unknown', (story) => story.add('case-assigned', { case: idOf('other'), person: idOf('handler') })],
  ['assignment-foreign', (story) => story.add('case-assigned', { case: idOf('case'), person: idOf('officer') })],
  ['assignment-role', (story) => story.add('case-assigned', { case: idOf('case'), person: idOf('admin') })],
  [
    'grant-to-owner',
    (story) =>
      story.add('case-granted', {
        grant: idOf('g'),
        case: idOf('case'),
        organisation: idOf('procuratorate'),
        right: 'look',
        personal: { basis: 'x' },
      }),
  ],
  ['grant-unknown', (story) => story.add('grant-ended', { grant: idOf('g') })],
  [
    'role-not-held',
    (story) =>
      story.add('record-granted', {
        grant: idOf('g'),
        record: idOf('r'),
        person: idOf('clerk'),
        until: LATER,
        personal: { basis: 'x' },
      }),
  ],
  ['record-not-published', (story) => story.add('record-withdrawn', { record: idOf('r') })],
  ['restore-not-pending', (story) => story.add('restore-confirmed', {})],
  ['passkey-unknown', (story) => story.add('passkey-removed', { person: idOf('clerk'), passkey: idOf('k') })],
  ['identity-unknown', (story) => story.add('identity-unbound', { person: idOf('clerk'), identity: idOf('k') })],
])('%s refuses, and changes nothing (%#)', (code, act) => {
  expect(refusal(act)).toBe(code);
});

test('the first account is that of an administrator', () => {
  const story = new Story();
  story.organisation('court', 'court');
  expect(refusal((next) => next.person('clerk', 'court', ['court']), story)).toBe('first-person-not-admin');
  expect(story.directory.hasPeople()).toBe(false);
});

test('of administrators one who can sign in stays', () => {
  const story = officeStory();
  story.person('other', 'procuratorate', ['admin']);
  const [admin, other] = [idOf('admin'), idOf('other')];
  const leaves = (person: string) => (next: Story) => next.add('person-left', { person });
  story.add('password-set', { person: admin, personal: { passwordHash: '$argon2id$x' } });
  // the other one has never used the link
  expect(refusal(leaves(admin), story)).toBe('last-admin');
  expect(refusal((next) => next.add('password-removed', { person: admin }), story)).toBe('last-admin');
  story.by = admin;
  expect(refusal((next) => next.add('person-reset', { person: admin }), story)).toBe('last-admin');
  story.by = 'host';
  const personal = { credentialId: 'cred', publicKey: 'pk', label: 'x' };
  story.add('passkey-added', { person: admin, passkey: idOf('k'), personal });
  story.add('password-removed', { person: admin });
  const removed = { person: admin, passkey: idOf('k') };
  expect(refusal((next) => next.add('passkey-removed', removed), story)).toBe('last-admin');
  const bound = { issuer: 'https://id.example', personal: { subject: '7' } };
  story.add('identity-bound', { person: other, identity: idOf('i'), ...bound });
  story.add('passkey-removed', removed);
  const unbound = { person: other, identity: idOf('i') };
  expect(refusal((next) => next.add('identity-unbound', unbound), story)).toBe('last-admin');
  story.add('person-left', { person: admin });
  expect(refusal(leaves(other), story)).toBe('last-admin');
  story.add('person-reset', { person: other }); // by the owner of the folder, who gets the link
});

test('an office assigns and takes off its own persons alone, on granted cases as well', () => {
  const story = officeStory();
  story.person('chief', 'police', ['supervisor']);
  const file = idOf('case');
  const grant = { grant: idOf('g'), case: file, organisation: idOf('police'), right: 'look' } as const;
  story.add('case-granted', { ...grant, personal: { basis: 'x' } });
  const [officer, handler, colleague] = [idOf('officer'), idOf('handler'), idOf('colleague')];
  const tries = (event: 'case-assigned' | 'case-unassigned', person: string) =>
    refusal((next) => next.add(event, { case: file, person }), story);
  story.by = idOf('chief');
  for (const event of ['case-assigned', 'case-unassigned'] as const) {
    // the answer is the same whether they are assigned or not
    expect([event, tries(event, handler), tries(event, colleague)]).toEqual([
      event,
      'assignment-foreign',
      'assignment-foreign',
    ]);
  }
  story.add('case-assigned', { case: file, person: officer });
  story.by = idOf('supervisor');
  expect(tries('case-unassigned', officer)).toBe('assignment-foreign');
  story.by = idOf('chief');
  story.add('case-unassigned', { case: file, person: officer });
  expect(story.directory.case(file)?.assigned).toEqual([handler]);
});

test('a key that reads evidence is made by its owner, or by the owner of the folder', () => {
  const story = officeStory();
  const key = (person: string, role: Role) => (next: Story) =>
    next.add('api-key-added', {
      key: idOf('key'),
      person: idOf(person),
      role,
      secretSha256: SECRET,
      until: LATER,
      personal: { label: 'x' },
    });
  story.by = idOf('admin');
  const readers = { handler: 'handler', supervisor: 'supervisor', clerk: 'court', lawyer: 'party' } as const;
  for (const [name, role] of Object.entries(readers)) {
    expect([name, refusal(key(name, role), story)]).toEqual([name, 'api-key-of-other']);
  }
  key('auditor', 'auditor')(story);
  for (const by of ['host', idOf('handler')]) {
    const other = officeStory();
    other.by = by;
    key('handler', 'handler')(other);
  }
});

test('a leaver keeps nothing: the successor has the cases, and name, keys and accounts are free', () => {
  const story = officeStory();
  const { directory } = story;
  const person = idOf('handler');
  story.add('password-set', { person, personal: { passwordHash: '$argon2id$x' } });
  story.add('passkey-added', {
    person,
    passkey: idOf('k'),
    personal: { credentialId: 'cred', publicKey: 'pk', label: 'x' },
  });
  story.add('identity-bound', {
    person,
    identity: idOf('i'),
    issuer: 'https://id.example',
    personal: { subject: '7' },
  });
  story.add('api-key-added', {
    key: idOf('key'),
    person,
    role: 'handler',
    secretSha256: SECRET,
    until: LATER,
    personal: { label: 'x' },
  });
  expect(directory.personByIdentity('https://id.example', '7')?.id).toBe(person);
  expect(directory.apiKey(idOf('key'), story.nowMs)?.person).toBe(person);
  story.add('person-left', { person, successor: idOf('supervisor') });
  expect(directory.case(idOf('case'))?.assigned).toEqual([idOf('supervisor')]);
  expect(directory.person(person)).toMatchObject({
    hasLeft: true,
    passwordHash: undefined,
    passkeys: [],
    identities: [],
  });
  expect([
    directory.personBySignInName('handler'),
    directory.personByIdentity('https://id.example', '7'),
    directory.personByCredential('cred'),
    directory.apiKey(idOf('key'), story.nowMs),
  ]).toEqual([undefined, undefined, undefined, undefined]);
  expect(refusal((next) => next.add('roles-changed', { person, roles: ['handler'] }), story)).toBe('person-left');
});

test('an API key ends at its time, when it is revoked, and by a restore for good', () => {
  const story = officeStory();
  const key = (name: string) =>
    story.add('api-key-added', {
      key: idOf(name),
      person: idOf('handler'),
      role: 'handler',
      secretSha256: SECRET,
      until: LATER,
      personal: { label: name },
    });
  const isValid = (name: string, nowMs = story.nowMs) => story.directory.apiKey(idOf(name), nowMs) !== undefined;
  key('one');
  key('two');
  expect([isValid('one'), isValid('one', Date.parse(LATER)), isValid('none')]).toEqual([true, false, false]);
  story.add('api-key-revoked', { key: idOf('one') });
  expect([isValid('one'), isValid('two')]).toEqual([false, true]);
  story.add('restored', {});
  story.add('restore-confirmed', {});
  expect(isValid('two')).toBe(false);
  key('three');
  expect(isValid('three')).toBe(true);
});

test('a reset revokes all API keys of the person, and a role that is taken away those of the role, for good', () => {
  const story = officeStory();
  const key = (name: string, role: 'handler' | 'supervisor') =>
    story.add('api-key-added', {
      key: idOf(name),
      person: idOf('handler'),
      role,
      secretSha256: SECRET,
      until: LATER,
      personal: { label: name },
    });
  const valid = () =>
    story.directory
      .apiKeysOf(idOf('handler'))
      .filter(({ isRevoked }) => !isRevoked)
      .map(({ label }) => label);
  const roles = (...held: ('handler' | 'supervisor')[]) =>
    story.add('roles-changed', { person: idOf('handler'), roles: held });
  roles('handler', 'supervisor');
  key('one', 'handler');
  key('two', 'supervisor');
  roles('supervisor');
  roles('handler', 'supervisor');
  expect(valid()).toEqual(['two']);
  story.add('person-reset', { person: idOf('handler') });
  expect(valid()).toEqual([]);
});

test('a password, a removed passkey, a reset and a restore end the sessions before them', () => {
  const story = officeStory();
  const person = idOf('clerk');
  const from = () => story.directory.person(person)!.sessionsFromMs;
  expect(from()).toBeGreaterThanOrEqual(START_MS);
  const ends: (() => void)[] = [
    () => story.add('password-set', { person, personal: { passwordHash: '$argon2id$x' } }),
    () => story.add('person-reset', { person }),
    () => story.add('restored', {}),
  ];
  for (const end of ends) {
    const { nowMs } = story;
    end();
    expect(from()).toBe(nowMs);
  }
  const before = from();
  const again = story.make('person-reset', { person });
  story.directory.apply({ ...again, at: new Date(before).toISOString() });
  expect(from()).toBe(before + 1); // also within one millisecond
  expect(story.directory.person(person)?.passwordHash).toBeUndefined();
});

test('values that were read before an event do not change by it', () => {
  const story = officeStory();
  const before = story.directory.case(idOf('case'))!;
  const copy = structuredClone(before);
  story.add('case-granted', {
    grant: idOf('g'),
    case: idOf('case'),
    organisation: idOf('court'),
    right: 'look',
    personal: { basis: 'x' },
  });
  story.add('case-unassigned', { case: idOf('case'), person: idOf('handler') });
  expect(before).toEqual(copy);
});

test('an event whose personal part was erased is folded without it', () => {
  const { events } = officeStory();
  const directory = new Directory();
  const erased = (event: DirectoryEvent) => ('personal' in event ? { ...event, personal: undefined } : event);
  for (const event of events) directory.apply(erased(event));
  expect(directory.person(idOf('clerk'))).toMatchObject({ name: undefined, signInName: undefined, roles: ['court'] });
});
