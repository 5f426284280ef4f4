import { normalizeCaseNumber } from '../kinds/case-number.ts';
import { LOOK_UPS, lookupsOf } from '../kinds/look-ups.ts';
import { type AnyRegistration, type RegistrableView, type Sections, type Stated } from '../kinds/view.ts';
import { ProtocolError } from '../protocol/encoding/errors.ts';
import type { Sha256 } from '../protocol/encoding/hash.ts';
import { canonicalJson, isJsonObject, type Json } from '../protocol/encoding/json.ts';
import type { TlogProof } from '../protocol/note/tlog-proof.ts';
import type { VerifySignature } from '../protocol/note/vkey.ts';
import type { ParsedReceipt } from '../protocol/receipt.ts';
import type { Trust } from '../protocol/trust.ts';
import { judgeSignature } from '../protocol/verify/log-steps.ts';
import { LedgerError } from '../text/ledger-error.ts';
import { bilingual, type Message } from '../text/message.ts';
import { MESSAGES } from '../text/messages.ts';
import { parseErrorText } from '../text/error-text.ts';
import { stepSentence } from '../text/step-sentence.ts';
import { STEP_LABELS } from '../text/steps.ts';
import { type ReceiptDocument, receiptDocument } from '../verifier/receipt-document.ts';
import { selfContradiction } from '../verifier/self-contradiction.ts';

/** What was registered, or is to be. */
export interface Registered<Registration extends AnyRegistration> {
  readonly kind: RegistrableView<Registration>;
  readonly registration: Stated<Registration>;
}

/** What a receipt is checked with. */
export interface Checks {
  readonly sha256: Sha256;
  /** The trust file whose log must have signed an answer; undefined: none is known yet. */
  readonly trust?: Trust | undefined;
  readonly verifySignature?: VerifySignature | undefined;
}

/** Sections that the ledger adds to what was stated. */
const OF_THE_LEDGER: readonly string[] = ['registrant', 'time'];

/** Whether a receipt is of this registration, and holds in itself. */
export function isReceiptOf<Registration extends AnyRegistration>(
  sha256: Sha256,
  receipt: ParsedReceipt,
  registered: Registered<Registration>,
): boolean {
  return mismatch(sha256, receipt, registered) === undefined;
}

/**
 * The statements of a registration, as `section.member`, that an earlier receipt of it does not
 * have. What the registration leaves out, the receipt may state; spellings of one case number are
 * equal, and a media type follows from the name.
 */
export function differingStatements<Registration extends AnyRegistration>(
  receipt: ParsedReceipt,
  { kind, registration }: Registered<Registration>,
): string[] {
  const had = disclosedBy(receipt);
  return Object.entries(kind.sectionsOf(registration, undefined)).flatMap(([section, value]) => {
    const before = had[section];
    if (!isJsonObject(value) || !isJsonObject(before)) return isSame(value, before) ? [] : [section];
    return Object.keys(value)
      .filter((member) => member !== 'mediaType' && !isSame(comparable(value, member), comparable(before, member)))
      .map((member) => `${section}.${member}`);
  });
}

/**
 * The answer to a registration, once it is checked to be a receipt of what was registered: every
 * section as it was stated, and none besides those of the ledger, and signed by the log of the
 * trust file. Throws `receipt-wrong` and `receipt-not-trusted`.
 */
export function checkedReceipt<Registration extends AnyRegistration>(
  checks: Checks,
  json: Json,
  registered: Registered<Registration>,
): ReceiptDocument {
  const receipt = parse(json);
  const problem = mismatch(checks.sha256, receipt.parsed, registered) ?? otherSection(receipt.parsed, registered);
  if (problem !== undefined) throw wrongReceipt(problem);
  const { proof } = receipt.parsed;
  const unsigned = 'value' in proof ? signatureProblem(proof.value, checks) : undefined;
  if (unsigned?.status === 'fail') throw wrongReceipt(unsigned.reason);
  // The operator may have changed its key as planned: nobody is accused.
  if (unsigned !== undefined) throw new LedgerError('receipt-not-trusted', { reason: unsigned.reason });
  return receipt;
}

/**
 * The first contradiction between a receipt and a registration: the receipt must hold in itself and
 * with the registered file, be of the same kind, and be found by the same look-ups.
 */
function mismatch<Registration extends AnyRegistration>(
  sha256: Sha256,
  receipt: ParsedReceipt,
  { kind, registration }: Registered<Registration>,
): Message | undefined {
  const contradiction = selfContradiction(sha256, receipt, kind.fileOf(registration));
  if (contradiction !== undefined) return contradiction;
  if (!('value' in receipt.record) || receipt.record.value.header.kind !== kind.name) return MESSAGES.otherKind;
  const found = lookupsOf(kind, disclosedBy(receipt));
  const isFoundBy = (by: string, value: string) => found.some((other) => other.by === by && other.value === value);
  const missing = lookupsOf(kind, kind.sectionsOf(registration, undefined)).find(
    ({ by, value }) => !isFoundBy(by, value),
  );
  return missing && bilingual(MESSAGES.otherLookup, { label: LOOK_UPS[kind.name]![missing.by]!.label });
}

/** A digest that was not stated may be added by a service that has the bytes; nothing else. */
function otherSection<Registration extends AnyRegistration>(
  receipt: ParsedReceipt,
  { kind, registration }: Registered<Registration>,
): Message | undefined {
  const stated = kind.sectionsOf(registration, undefined);
  const given = disclosedBy(receipt);
  const names = new Set([...Object.keys(stated), ...Object.keys(given)]);
  const other = [...names].find(
    (name) => !OF_THE_LEDGER.includes(name) && !isAnswerTo(name, stated[name], given[name]),
  );
  return other === undefined ? undefined : bilingual(MESSAGES.otherSection, { section: kind.sections[other] ?? other });
}

function isAnswerTo(name: string, stated: Json | undefined, given: Json | undefined): boolean {
  if (name === 'digests' && isJsonObject(stated) && isJsonObject(given)) {
    return isSame({ ...given, ...stated }, given);
  }
  return isSame(stated, given);
}

/** Why a checkpoint is not signed by the log of the trust file; undefined also without one. */
export function signatureProblem(
  shown: Pick<TlogProof, 'note' | 'checkpoint'>,
  { trust, verifySignature }: Checks,
): { readonly status: 'fail' | 'unknown'; readonly code: string; readonly reason: Message } | undefined {
  if (trust === undefined) return undefined;
  const { status, code } = judgeSignature(shown, trust, undefined, verifySignature);
  if (status === 'pass') return undefined;
  const sentence = stepSentence('log-signature', code);
  const reason = bilingual(MESSAGES.stepFails, { step: STEP_LABELS['log-signature'], sentence });
  return { status: status === 'fail' ? 'fail' : 'unknown', code, reason };
}

function disclosedBy({ record }: ParsedReceipt): Sections {
  const disclosed = 'value' in record ? record.value.disclosed : [];
  return Object.fromEntries(disclosed.map(({ name, value }) => [name, value]));
}

function comparable(section: { readonly [name: string]: Json }, member: string): Json | undefined {
  const value = section[member];
  return member === 'number' && typeof value === 'string' ? normalizeCaseNumber(value) : value;
}

function isSame(a: Json | undefined, b: Json | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return canonicalJson(a) === canonicalJson(b);
}

function parse(json: Json): ReceiptDocument {
  try {
    return receiptDocument(json);
  } catch (error) {
    if (error instanceof ProtocolError) throw wrongReceipt(parseErrorText(error));
    throw error;
  }
}

function wrongReceipt(reason: Message): LedgerError {
  return new LedgerError('receipt-wrong', { reason });
}
