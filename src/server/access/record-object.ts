import type { LedgerRecord } from '../../log/model.ts';
import type { Directory } from '../../people/directory.ts';
import type { RightsObject } from '../../people/rights.ts';
import type { JsonObject } from '../../protocol/encoding/json.ts';
import { sectionOf } from '../records.ts';

/**
 * A record as an object of rights: who registered it, and the case of that organisation that it
 * states. Records from before the first account belong to the
 * organisation of that account, those that the service made itself to none.
 */
export function recordObject(directory: Directory, record: LedgerRecord): RightsObject {
  const registrant = sectionOf(record, 'registrant');
  const isRegistered = Object.keys(registrant).length > 0;
  const organisation =
    textOf(registrant, 'organisation') ?? (isRegistered ? directory.firstOrganisation()?.id : undefined);
  const number = record.lookups.find(({ by }) => by === 'case')?.value;
  const cases = number === undefined ? [] : directory.casesNumbered(number);
  return {
    case: cases.find((file) => file.organisation === organisation),
    record: { id: record.header.id, person: textOf(registrant, 'principal'), organisation },
  };
}

function textOf(value: JsonObject, name: string): string | undefined {
  const text = value[name];
  return typeof text === 'string' ? text : undefined;
}
