import type { JsonObject } from '../protocol/encoding/json.ts';
import type { Message } from '../text/message.ts';

/** A document as data: its template is fixed, and everything that varies is in `data`. */
export interface TypesetDocument {
  /** Source of the template, in typst; it reads `data` as JSON and never as source. */
  readonly template: string;
  readonly data: JsonObject;
  /** Every text of the data that others wrote, with its label: what an error names. */
  readonly texts: readonly LabelledText[];
  /** SVG of the picture that the template places; the empty text: none. */
  readonly picture: string;
  readonly attachments: readonly DocumentAttachment[];
  /** RFC 3339; the date that the PDF states as that of its making. */
  readonly madeAt: string;
}

export interface LabelledText {
  readonly label: Message;
  readonly text: string;
}

/** A file that is embedded in the PDF, byte for byte. */
export interface DocumentAttachment {
  readonly name: string;
  readonly text: string;
  /** As `AFRelationship` states it (ISO 32000-2, 14.13). */
  readonly relationship: 'source' | 'supplement';
  readonly description: string;
}

/** Makes PDF of documents. */
export interface Typesetter {
  /**
   * The PDF, tagged and with the flags of PDF/A-3a; the same bytes for the same document. Throws
   * `typesetter-missing`, `typesetter-busy`, `typesetter-timeout`, `typesetter-failed`,
   * `document-too-large` and, where no font has a character, `glyph-missing`; the reason of
   * `signal` once that is aborted.
   */
  typeset(document: TypesetDocument, signal?: AbortSignal): Promise<Uint8Array>;
}
