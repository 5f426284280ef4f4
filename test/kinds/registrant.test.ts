import { expect, test } from 'vitest';
import { REGISTRANT_FIELD } from '../../src/kinds/fields.ts';
import type { Json } from '../../src/protocol/encoding/json.ts';

const PERSON = '01920000-0000-7000-8000-000000000002';
const shown = (registrant: Json) => REGISTRANT_FIELD.valueOf({ registrant });

test('a person is shown with organisation and role of then, as the word of the operator', () => {
  const registrant = { principal: PERSON, organisation: 'id', organisationName: '某某市人民检察院', role: 'handler' };
  expect(shown(registrant)).toEqual({
    zh: `某某市人民检察院 办案人员（人员标识 ${PERSON}；运营方所载）`,
    en: `某某市人民检察院, handler (person ${PERSON}; as the operator states)`,
  });
});

test('a service without accounts has a user of its machine', () => {
  expect(shown({ principal: 'local' })).toMatchObject({ zh: '服务所在机器的用户（未设账户）' });
});

test.each([
  ['an organisation without a name', { principal: PERSON, organisation: 'id', role: 'handler' }, PERSON],
  ['no role', { principal: PERSON, organisationName: 'office' }, PERSON],
  ['an unknown role', { principal: 'p', organisationName: 'o', role: 'judge' }, 'o judge（人员标识 p；运营方所载）'],
  ['a name that is no text', { principal: PERSON, organisationName: ['o'], role: 'handler' }, PERSON],
  [
    'placeholders in the name',
    { principal: 'p', organisationName: '{role}', role: 'court' },
    '{role} 法院人员（人员标识 p；运营方所载）',
  ],
])('%s', (_, registrant, zh) => {
  expect(shown(registrant)).toMatchObject({ zh });
});

test.each([{}, 'handler', null, { organisationName: 'office', role: 'handler' }])('%j is none', (registrant) => {
  expect(shown(registrant)).toBeUndefined();
});
