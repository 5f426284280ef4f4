import { TypstTypesetter, type TypesetterOptions } from '../adapters/typst/typesetter.ts';
import type { Typesetter } from '../documents/ports.ts';

/** A typesetter, and how it ends; it starts nothing before the first document. */
export interface OpenTypesetter extends Typesetter {
  close(): Promise<void>;
}

/** The one place that chooses what documents are typeset with. */
export function openTypesetter(options: TypesetterOptions): OpenTypesetter {
  return new TypstTypesetter(options);
}
