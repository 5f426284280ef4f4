import type { FileFacts } from '../../protocol/verify/record-steps.ts';
import type { NewestJudgement } from '../../verifier/judge-newest.ts';
import type { ReceiptDocument } from '../../verifier/receipt-document.ts';

/** A judgement of the page, under the name that its reader knows. */
export interface Result extends NewestJudgement {
  readonly name: string;
  /** What the name is of. */
  readonly given: 'file' | 'receipt' | 'typed' | 'listed';
  /** The receipt of a record that was looked up. */
  readonly receipt?: ReceiptDocument;
  /** Where the receipt that was judged comes from; undefined: there was none. */
  readonly source?: { readonly name: string; readonly source: 'file' | 'service' | 'certificate' } | undefined;
  /** What was typed, where the name is that of one of the records that it led to. */
  readonly typed?: string;
  /** Of the file that was compared, or the one that was typed; undefined: none. */
  readonly digests?: FileFacts | undefined;
}

const BY_NAME = new Intl.Collator('zh-CN', { numeric: true });

/** Files by their names; records that were looked up came in an order of their own. */
export function inOrder(results: readonly Result[]): readonly Result[] {
  return results[0]?.given === 'listed' ? results : results.toSorted((a, b) => BY_NAME.compare(a.name, b.name));
}
