/**
 * The closed list of kinds and their sections. A record with a name that is not here cannot be
 * judged by this version.
 */
export const RECORD_KINDS: Readonly<Record<string, RecordKind>> = {
  evidence: { required: ['file', 'digests', 'case', 'registrant', 'time'], optional: ['collection'] },
  access: { required: ['access', 'time'], optional: [] },
};

export interface RecordKind {
  readonly required: readonly string[];
  readonly optional: readonly string[];
}

export function recordKind(kind: string): RecordKind | undefined {
  return Object.hasOwn(RECORD_KINDS, kind) ? RECORD_KINDS[kind] : undefined;
}
