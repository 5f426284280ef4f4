import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import mime from 'mime';
import { digestFile, type ReadFile, sendableChunks, changeSince } from '../../adapters/files/file-digest.ts';
import { baseName, joinPath, type PathBytes, pathText } from '../../adapters/files/path-bytes.ts';
import { receiptPathOf } from '../../adapters/files/receipt-names.ts';
import { type EvidenceRegistration, evidenceView, type Registration } from '../../kinds/evidence/view.ts';
import { plainName } from '../../kinds/plain-text.ts';
import { type Checks, differingStatements, isReceiptOf, signatureProblem } from '../../registrar/compare.ts';
import type { Registrar } from '../../registrar/registrar.ts';
import type { TlogProof } from '../../protocol/note/tlog-proof.ts';
import type { ParsedReceipt } from '../../protocol/receipt.ts';
import type { Trust } from '../../protocol/trust.ts';
import type { FileFacts } from '../../protocol/verify/record-steps.ts';
import { LedgerError } from '../../text/ledger-error.ts';
import type { RecordState } from '../../text/record-states.ts';
import { originOf } from '../../verifier/judge.ts';
import type { ReceiptDocument } from '../../verifier/receipt-document.ts';
import type { AskedRecord, KeptContent } from './kept-content.ts';
import { checkReceiptPlace, createReceiptFile, existingReceipt, pathTaken } from './receipt-file.ts';

/** `add` registers files as evidence. */
export type EvidenceRegistrar = Registrar<Registration>;

/** What all items of one run of `add` have in common. */
export interface AddSettings {
  readonly case: EvidenceRegistration['case'];
  readonly collection: EvidenceRegistration['collection'];
  /** Whether the service is to keep the bytes, or is given the digests only. */
  readonly keepsContent: boolean;
  /** Undefined: each receipt is next to its file. */
  readonly receiptFolder: PathBytes | undefined;
  /** What receipts that are there already are held against. */
  readonly checks: Omit<Checks, 'trust'>;
  /** The trust file of the log of this service. */
  readonly trustOf: () => Promise<Trust>;
  /** Whether the service keeps the bytes of a record; undefined: it cannot be asked. */
  readonly keeps: (record: AskedRecord) => Promise<KeptContent | undefined>;
  /** Receipts of other names that were found, by the digest that they state. */
  readonly renamed: (sha256: string) => Promise<readonly PathBytes[]>;
}

/** One file that is to be registered. */
export interface Source {
  readonly path: PathBytes;
  /** How messages name it. */
  readonly label: string;
  /** The name that is registered: relative to the folder that was named. */
  readonly name: string;
  /** The name was typed, and does not follow from the path. */
  readonly isNameStated?: boolean;
  /** The name has escapes in place of what no record takes. */
  readonly isNameEscaped?: boolean;
  readonly receiptPath: PathBytes;
}

/** The outcome for one file. */
export type AddedItem = RegisteredItem | FailedItem;

export interface FailedItem {
  readonly file: string;
  readonly state: 'failed';
  readonly failure: LedgerError;
  /** Its record, where it was registered before the failure. */
  readonly record?: RecordReference;
}

/** A record of the log, and the path of its receipt where that is on disk. */
export interface RecordReference {
  readonly id: string;
  readonly number: string;
  readonly receiptPath?: PathBytes;
}

/** A file that is registered, with its receipt on disk. */
export interface RegisteredItem {
  readonly file: string;
  readonly state: RecordState;
  readonly id: string;
  readonly number: string;
  /** Of its log entry. */
  readonly index: bigint;
  readonly receiptPath: PathBytes;
  /** It had a valid receipt before this run. */
  readonly isKept: boolean;
  /** Its receipt came with an anchor, which nobody has judged yet. */
  readonly hasAnchor: boolean;
  /** Bytes, where they are known. */
  readonly size: number | undefined;
  /** Whether the service keeps its bytes, where that was to be asked and could not be. */
  readonly isContentUnknown?: boolean;
}

/**
 * A file that was found, with its receipt next to it or, by the same relative name, in the folder
 * for receipts.
 */
export function sourceOf(
  { receiptFolder }: Pick<AddSettings, 'receiptFolder'>,
  path: PathBytes,
  name: PathBytes,
): Source {
  const place = receiptFolder === undefined ? path : joinPath(receiptFolder, name);
  const { text, isEscaped } = pathText(name);
  const registered = plainName(text, isEscaped);
  return {
    path,
    label: pathText(path).text,
    name: registered,
    isNameEscaped: isEscaped || registered !== text,
    receiptPath: receiptPathOf(place),
  };
}

/**
 * Registers one file and writes its receipt, unless that exists already. Throws errors of the
 * catalogue; a receipt that cannot be written is a `FailedItem`, since the record exists.
 * `onBytes` is called for what is read and what is sent; with a negative count where it is sent
 * again.
 */
export async function addFile(
  registrar: EvidenceRegistrar,
  settings: AddSettings,
  source: Source,
  onBytes?: (count: number) => void,
): Promise<AddedItem> {
  const { path, receiptPath } = source;
  // Before anything is read or registered: a receipt of something else must not be overwritten.
  const existing = await existingReceipt(receiptPath);
  const file = await digestFile(path, onBytes);
  return addKnown(settings, source, file, existing, async (registration) =>
    registerFile(registrar, settings, source, file, registration, onBytes),
  );
}

/**
 * Registers digests that were computed elsewhere; the file itself is not at hand. Errors are those
 * of `addFile`.
 */
export async function addDigest(
  registrar: EvidenceRegistrar,
  settings: AddSettings,
  name: string,
  facts: FileFacts,
): Promise<AddedItem> {
  const { receiptFolder: folder } = settings;
  const fileName = baseName(Buffer.from(name));
  const receiptPath = receiptPathOf(folder === undefined ? fileName : joinPath(folder, fileName));
  const source = { label: name, name, isNameStated: true, receiptPath };
  return addKnown(settings, source, facts, await existingReceipt(receiptPath), async (registration) =>
    registrar.register({ label: name, registration, content: undefined }),
  );
}

/** Registers what is known by its digests, unless it has its receipt already. */
async function addKnown(
  settings: AddSettings,
  source: Omit<Source, 'path'>,
  file: FileFacts,
  existing: ReceiptDocument | undefined,
  register: (registration: EvidenceRegistration) => Promise<ReceiptDocument>,
): Promise<AddedItem> {
  const { label, receiptPath } = source;
  const registration = registrationOf(settings, source, file);
  if (existing !== undefined) {
    const problem = await existingProblem(settings, receiptPath, existing, registration);
    if (problem !== undefined) throw problem;
    return keptItem(settings, source, existing, itemOf(label, file, existing, receiptPath, true), registration);
  }
  const renamed = await renamedReceipt(settings, registration);
  if (renamed !== undefined) {
    const item = itemOf(label, file, renamed.receipt, renamed.path, true);
    return keptItem(settings, source, renamed.receipt, item, registration);
  }
  await checkReceiptPlace(receiptPath);
  const receipt = await register(registration);
  const item = itemOf(label, file, receipt, receiptPath, false);
  try {
    await createReceiptFile(receiptPath, receipt.json);
  } catch (error) {
    if (!(error instanceof LedgerError)) throw error;
    const record = { id: item.id, number: item.number };
    return { file: label, state: 'failed', failure: receiptNotWritten(item, error), record };
  }
  return item;
}

/** A file with a receipt is done where that has all that is stated now, and the bytes are kept. */
async function keptItem(
  settings: AddSettings,
  { label, isNameStated = false }: Pick<Source, 'label' | 'isNameStated'>,
  { parsed }: ReceiptDocument,
  item: RegisteredItem,
  registration: EvidenceRegistration,
): Promise<AddedItem> {
  const failed = (failure: LedgerError): FailedItem => ({ file: label, state: 'failed', failure, record: item });
  const members = differingStatements(parsed, { kind: evidenceView, registration }).filter(
    (member) => isNameStated || member !== 'file.name',
  );
  const { number } = item;
  if (members.length > 0) {
    return failed(new LedgerError('statements-differ', { file: label, number, members: members.join(', ') }));
  }
  if (!settings.keepsContent) return item;
  const kept = await settings.keeps({ id: item.id, number, sha256: registration.digests.sha256 });
  if (kept === 'digests') return failed(new LedgerError('content-not-kept', { file: label, number }));
  if (kept === 'nothing') {
    return { file: label, state: 'failed', failure: new LedgerError('record-not-listed', { file: label, number }) };
  }
  return { ...item, isContentUnknown: kept === undefined };
}

/**
 * Why a receipt that is there already does not show that the file is registered in the log of this
 * service: it is of something else, of another log, or not signed by this one.
 */
async function existingProblem(
  { checks, trustOf }: AddSettings,
  path: PathBytes,
  existing: ReceiptDocument,
  registration: EvidenceRegistration,
): Promise<LedgerError | undefined> {
  const { parsed } = existing;
  if (!isReceiptOf(checks.sha256, parsed, { kind: evidenceView, registration })) return pathTaken(path, existing);
  const trust = await trustOf();
  const file = pathText(path).text;
  const [origin, expected] = [originOf(parsed) ?? '-', trust.log.origin];
  if (origin !== expected) return new LedgerError('receipt-of-other-log', { file, origin, expected });
  const problem = signatureProblem(checkedProof(parsed), { ...checks, trust });
  return problem && new LedgerError('receipt-not-confirmed', { file, reason: problem.reason });
}

/** A receipt of this very registration under another name than its file's. */
async function renamedReceipt(
  settings: AddSettings,
  registration: EvidenceRegistration,
): Promise<{ readonly path: PathBytes; readonly receipt: ReceiptDocument } | undefined> {
  for (const path of await settings.renamed(registration.digests.sha256)) {
    const receipt = await existingReceipt(path);
    if (receipt === undefined) continue;
    const isSame = differingStatements(receipt.parsed, { kind: evidenceView, registration }).length === 0;
    if (isSame && (await existingProblem(settings, path, receipt, registration)) === undefined) {
      return { path, receipt };
    }
  }
  return undefined;
}

/**
 * Registers what comes from a stream. It is kept in a temporary file, since it is read twice: to be
 * hashed, and to be sent.
 */
export async function addStream(
  registrar: EvidenceRegistrar,
  settings: AddSettings,
  stream: AsyncIterable<Uint8Array>,
  name: string,
): Promise<AddedItem> {
  const folder = await mkdtemp(join(tmpdir(), 'evl-'));
  try {
    const path = join(folder, 'content');
    await pipeline(stream, createWriteStream(path, { mode: 0o600 }));
    const place = joinPath(settings.receiptFolder ?? Buffer.from('.'), baseName(Buffer.from(name)));
    const receiptPath = receiptPathOf(place);
    const source = { path: Buffer.from(path), label: name, name, isNameStated: true, receiptPath };
    return await addFile(registrar, settings, source);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Has no members that are undefined: the idempotency key is made of its JSON. */
function registrationOf(
  settings: AddSettings,
  { name }: Pick<Source, 'name'>,
  { sha256, sm3, size }: FileFacts,
): EvidenceRegistration {
  const mediaType = mime.getType(name);
  return {
    case: settings.case,
    file: { name, ...(size !== undefined && { size }), ...(mediaType !== null && { mediaType }) },
    digests: { sha256, ...(sm3 !== undefined && { sm3 }) },
    ...(settings.collection !== undefined && { collection: settings.collection }),
  };
}

async function registerFile(
  registrar: EvidenceRegistrar,
  settings: AddSettings,
  { path, label }: Source,
  { size, stamp, bytes }: ReadFile,
  registration: EvidenceRegistration,
  onBytes: (count: number) => void = () => {},
): Promise<ReceiptDocument> {
  let sent = 0;
  async function* chunks(): AsyncGenerator<Uint8Array> {
    onBytes(-sent);
    sent = 0;
    for await (const chunk of sendableChunks(path, stamp)) {
      sent += chunk.length;
      onBytes(chunk.length);
      yield chunk;
    }
  }
  const content = bytes ?? { lengthBytes: size, chunks };
  try {
    const receipt = await registrar.register({
      label,
      registration,
      content: settings.keepsContent ? content : undefined,
    });
    if (settings.keepsContent && bytes !== undefined) onBytes(size);
    return receipt;
  } catch (error) {
    // Whatever the service made of it, that the file has changed is the first thing to report.
    const change = await changeSince(path, stamp);
    if (change?.isCertain !== true) throw error;
    throw new LedgerError('file-changed', { file: label, what: change.what });
  }
}

/** The record exists, and the next run gets its receipt: the same item has the same key. */
function receiptNotWritten({ number }: RegisteredItem, cause: LedgerError): LedgerError {
  return new LedgerError('receipt-not-written', { number, reason: cause.text, cause });
}

function itemOf(
  file: string,
  { size }: FileFacts,
  { parsed }: ReceiptDocument,
  receiptPath: PathBytes,
  isKept: boolean,
): RegisteredItem {
  if (!('value' in parsed.record)) throw new Error('a receipt was accepted unchecked');
  const { id, number } = parsed.record.value.header;
  const { index } = checkedProof(parsed);
  const hasAnchor = 'value' in parsed.anchor && parsed.anchor.value !== null;
  return { file, state: 'registered', id, number, index, receiptPath, isKept, hasAnchor, size };
}

/** The proof of a receipt that was found to hold in itself. */
function checkedProof({ proof }: ParsedReceipt): TlogProof {
  if (!('value' in proof)) throw new Error('a receipt was accepted unchecked');
  return proof.value;
}
