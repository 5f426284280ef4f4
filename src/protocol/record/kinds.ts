/**
 * The closed lists of sections. A name or kind that is not here cannot be judged by this version.
 */
export interface RecordKind {
  readonly required: readonly string[];
  readonly optional: readonly string[];
}

const KINDS: Readonly<Record<string, RecordKind>> = {
  evidence: { required: ['file', 'digests', 'case', 'registrant', 'time'], optional: ['collection'] },
};

export function recordKind(kind: string): RecordKind | undefined {
  return Object.hasOwn(KINDS, kind) ? KINDS[kind] : undefined;
}
