import { readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { parseSync } from 'oxc-parser';
import { describe, expect, test } from 'vitest';
import { isRegistrable } from '../../src/kinds/schema.ts';
import { SCHEMAS } from '../../src/kinds/schemas.ts';
import { LOOK_UPS, lookupsOf } from '../../src/kinds/look-ups.ts';
import { VIEWS, viewOf } from '../../src/kinds/views.ts';
import { RECORD_KINDS } from '../../src/protocol/record/kinds.ts';

const root = join(import.meta.dirname, '..', '..');

test('both registries have exactly the kinds of the closed list', () => {
  const closed = Object.keys(RECORD_KINDS);
  expect(VIEWS.map(({ name }) => name)).toEqual(closed);
  expect(SCHEMAS.map(({ view }) => view)).toEqual(VIEWS);
  expect(viewOf('nothing')).toBeUndefined();
});

describe.each(SCHEMAS.map((schema) => [schema.view.name, schema] as const))('%s', (name, schema) => {
  const { view } = schema;
  const { required, optional } = RECORD_KINDS[name]!;
  const sections = [...required, ...optional].toSorted();

  test('labels and schemas name exactly the sections of the closed list', () => {
    expect(Object.keys(view.sections).toSorted()).toEqual(sections);
    expect(Object.keys(schema.sections).toSorted()).toEqual(sections);
    expect(view.listed.filter((section) => !sections.includes(section))).toEqual([]);
    expect(Object.keys(schema.queries).toSorted()).toEqual(Object.keys(LOOK_UPS[view.name]!).toSorted());
  });

  test('labels are in both languages', () => {
    const lookups = Object.values(LOOK_UPS[view.name]!).map(({ label }) => label);
    for (const { zh, en } of [view.label, ...Object.values(view.sections), ...lookups]) {
      expect([zh, en].every((text) => text.length > 0)).toBe(true);
      expect(en).not.toMatch(/\p{Script=Han}/u);
    }
  });

  test('the sample is a registration, its sections fit their schemas, and it is found by its look-ups', () => {
    if (!isRegistrable(schema)) return;
    const registration = schema.registration.parse(schema.sample);
    const made = schema.view.sectionsOf(registration, undefined);
    for (const section of required.filter((each) => each !== 'registrant' && each !== 'time')) {
      expect([section, made[section] !== undefined]).toEqual([section, true]);
    }
    for (const [section, value] of Object.entries(made)) {
      expect([section, schema.sections[section]!.safeParse(value).error]).toEqual([section, undefined]);
    }
    expect(view.headline(made)).not.toBe('');
    for (const { by, value } of lookupsOf(view, made)) {
      expect([by, LOOK_UPS[view.name]![by]!.normalize(value)]).toEqual([by, value]);
    }
  });
});

test('a section or look-up that several kinds have is the same in all: requests name it without the kind', () => {
  const once = (pairs: readonly (readonly [string, unknown])[]) => {
    for (const [name, value] of pairs) {
      expect([name, pairs.every(([other, its]) => other !== name || its === value)]).toEqual([name, true]);
    }
  };
  once(Object.values(LOOK_UPS).flatMap((ofKind) => Object.entries(ofKind)));
  once(SCHEMAS.flatMap(({ sections }) => Object.entries(sections)));
  once(SCHEMAS.flatMap(({ queries }) => Object.entries(queries)));
});

test('what imports views alone loads no zod; the schemas do', () => {
  expect(packagesOf('src/kinds/views.ts')).not.toContain('zod');
  expect(packagesOf('src/kinds/schemas.ts')).toContain('zod');
});

test.each(['auditor', 'client', 'protocol', 'verifier'].map((name) => `src/sdk/${name}.ts`))(
  '%s loads no zod',
  (file) => {
    expect(packagesOf(file)).not.toContain('zod');
  },
);

/** The packages that a file imports when it is run, itself and through what it imports. */
function packagesOf(file: string, seen = new Set<string>()): Set<string> {
  const packages = new Set<string>();
  if (seen.has(file)) return packages;
  seen.add(file);
  const source = readFileSync(join(root, file), 'utf8');
  const { module } = parseSync(file, source);
  const isTypeOnly = (entries: readonly { readonly isType: boolean }[]) =>
    entries.length > 0 && entries.every(({ isType }) => isType);
  const specifiers = [
    ...module.staticImports
      .filter(({ entries }) => !isTypeOnly(entries))
      .map(({ moduleRequest }) => moduleRequest.value),
    ...module.staticExports
      .flatMap(({ entries }) => entries)
      .filter(({ isType, moduleRequest }) => !isType && moduleRequest !== null)
      .map(({ moduleRequest }) => moduleRequest!.value),
  ];
  for (const specifier of specifiers) {
    if (!specifier.startsWith('.')) packages.add(specifier);
    else
      for (const found of packagesOf(relative(root, join(root, dirname(file), specifier)), seen)) packages.add(found);
  }
  return packages;
}
