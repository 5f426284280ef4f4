import { toBase64 } from '../encoding/bytes.ts';
import type { Sha256 } from '../encoding/hash.ts';
import { isJsonObject, type Json } from '../encoding/json.ts';
import { type RecordHeader } from '../record/header.ts';
import { recordKind } from '../record/kinds.ts';
import { type Section, sectionCommitment } from '../record/section.ts';
import { fail, type StepResult, NOT_ASKED, PASS, unknown } from './report.ts';

/** What is known of the file to verify: digests in lower-case hex, size in bytes. */
export interface FileFacts {
  readonly sha256: string;
  readonly sm3?: string | undefined;
  readonly size?: number | undefined;
}

/**
 * Each disclosed section opens its commitment in the header, and the header has all required
 * sections of its kind and no unknown ones.
 */
export function judgeRecord(hash: Sha256, header: RecordHeader, disclosed: readonly Section[]): StepResult {
  for (const section of disclosed) {
    const expected = header.sections[section.name];
    if (expected === undefined) return fail('section-not-in-header', undefined, section.name);
    const found = toBase64(sectionCommitment(hash, section));
    if (found !== expected)
      return fail('commitment-differs', `${section.name} ${expected}`, `${section.name} ${found}`);
  }
  const kind = recordKind(header.kind);
  if (kind === undefined) return unknown('kind-unknown', undefined, header.kind);
  const missing = kind.required.find((name) => header.sections[name] === undefined);
  if (missing !== undefined) return fail('section-missing', missing);
  const strange = Object.keys(header.sections).find(
    (name) => !kind.required.includes(name) && !kind.optional.includes(name),
  );
  return strange === undefined ? PASS : unknown('section-unknown', undefined, strange);
}

/**
 * Compares a file with the registered digests. SHA-256 decides; an equal SHA-256 with another size
 * or SM3 is a contradiction.
 */
export function judgeFile(file: FileFacts | undefined, disclosed: readonly Section[]): StepResult {
  if (file === undefined) return NOT_ASKED;
  const digests = sectionValue(disclosed, 'digests');
  if (digests === undefined) return unknown('digests-withheld');
  const { sha256, sm3 } = digests;
  const size = sectionValue(disclosed, 'file')?.['size'];
  const isReadable = isDigest(sha256) && (sm3 === undefined || isDigest(sm3)) && (size === undefined || isSize(size));
  if (!isReadable) return unknown('digests-unreadable');
  if (sha256 !== file.sha256) return fail('digest-differs', sha256, file.sha256);
  if (typeof sm3 === 'string' && file.sm3 !== undefined && sm3 !== file.sm3) return fail('sm3-differs', sm3, file.sm3);
  if (typeof size === 'number' && file.size !== undefined && size !== file.size) {
    return fail('size-differs', String(size), String(file.size));
  }
  return { ...PASS, expected: sha256, found: file.sha256 };
}

function isDigest(value: Json | undefined): value is string {
  return typeof value === 'string' && /^[0-9a-f]{64}$/.test(value);
}

function isSize(value: Json): boolean {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

/**
 * Whether the record discloses this SHA-256 (lower-case hex) and commits to it: only then is it a
 * record of that file.
 */
export function isRecordOf(
  hash: Sha256,
  { header, disclosed }: { readonly header: RecordHeader; readonly disclosed: readonly Section[] },
  sha256: string,
): boolean {
  const section = disclosed.find(({ name }) => name === 'digests');
  if (section === undefined || sectionValue(disclosed, 'digests')?.['sha256'] !== sha256) return false;
  return header.sections['digests'] === toBase64(sectionCommitment(hash, section));
}

/** The value of a disclosed section if it is an object. */
export function sectionValue(
  disclosed: readonly Section[],
  name: string,
): { readonly [name: string]: Json } | undefined {
  const value = disclosed.find((section) => section.name === name)?.value;
  return isJsonObject(value) ? value : undefined;
}
