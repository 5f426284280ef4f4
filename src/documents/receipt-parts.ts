import type { Sections } from '../kinds/view.ts';
import { viewOf } from '../kinds/views.ts';
import type { KindView } from '../kinds/view.ts';
import type { Anchor } from '../protocol/chain/anchor.ts';
import type { TlogProof } from '../protocol/note/tlog-proof.ts';
import { type Part, parseReceipt } from '../protocol/receipt.ts';
import type { RecordHeader } from '../protocol/record/header.ts';
import { type Withheld, withheldSections } from '../protocol/record/withheld.ts';
import { notBeforeOf } from '../protocol/verify/verifier.ts';

/** What a document says of a record: the parts of its receipt, all of which can be parsed. */
export interface ReceiptParts {
  readonly header: RecordHeader;
  /** Of what the receipt discloses. */
  readonly sections: Sections;
  readonly withheld: Withheld;
  /** Undefined for a kind that this version does not know. */
  readonly view: KindView | undefined;
  readonly proof: TlogProof;
  readonly anchor: Anchor | null;
  /** The block that the record names as earlier than itself, as far as it can be read. */
  readonly notBefore: { readonly number: bigint; readonly hash: string } | undefined;
}

/** Parses a receipt for a document; nothing is verified. Throws a `ProtocolError`. */
export function receiptParts(receiptText: string): ReceiptParts {
  const receipt = parseReceipt(receiptText);
  const { header, disclosed } = valueOf(receipt.record);
  const notBefore = notBeforeOf(receipt);
  return {
    header,
    sections: Object.fromEntries(disclosed.map(({ name, value }) => [name, value])),
    withheld: withheldSections(header, disclosed),
    view: viewOf(header.kind),
    proof: valueOf(receipt.proof),
    anchor: valueOf(receipt.anchor),
    notBefore: typeof notBefore === 'object' ? notBefore : undefined,
  };
}

function valueOf<T>(part: Part<T>): T {
  if ('error' in part) throw part.error;
  return part.value;
}
