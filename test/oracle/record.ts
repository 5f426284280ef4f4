import { jcs } from './jcs.ts';
import { sha256 } from './merkle.ts';

/**
 * Records by PROTOCOL.md, without any code of src. The types are those of the JSON, mutable for
 * tests that damage them.
 */
export interface HeaderJson {
  v: number;
  origin: string;
  kind: string;
  id: string;
  number: string;
  sections: Record<string, string>;
}

export interface SectionJson {
  name: string;
  salt: string;
  value: unknown;
}

export interface RecordJson {
  header: HeaderJson;
  disclosed: SectionJson[];
}

/** SHA-256("evidence-ledger/section/v1" || 0x00 || salt || JCS({"name":…,"value":…})). */
export function commitment({ name, salt, value }: SectionJson): string {
  const text = jcs({ name, value });
  return sha256('evidence-ledger/section/v1', Buffer.of(0), Buffer.from(salt, 'base64'), text).toString('base64');
}

/** SHA-256("evidence-ledger/record/v1" || 0x00 || JCS(header)). */
export function recordRoot(header: HeaderJson): Buffer {
  return sha256('evidence-ledger/record/v1', Buffer.of(0), jcs(header));
}

/** 0x01 || record root. */
export function logEntry(header: HeaderJson): Buffer {
  return Buffer.concat([Buffer.of(0x01), recordRoot(header)]);
}

/**
 * A record of these sections; salts derive from id and name, so that the result is reproducible.
 */
export function makeRecord(facts: Omit<HeaderJson, 'v' | 'sections'>, sections: Record<string, unknown>): RecordJson {
  const disclosed = Object.entries(sections).map(([name, value]) => {
    const salt = sha256(`test salt of ${facts.id} ${name}`).subarray(0, 16).toString('base64');
    return { name, salt, value };
  });
  return {
    header: {
      v: 1,
      ...facts,
      sections: Object.fromEntries(disclosed.map((section) => [section.name, commitment(section)])),
    },
    disclosed,
  };
}
