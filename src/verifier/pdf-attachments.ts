import { joinBytes } from '../protocol/encoding/bytes.ts';

/** A file that is embedded in a PDF (ISO 32000-1, 7.11.4). */
export interface PdfAttachment {
  /** As its file specification gives it; undefined where none was found. */
  readonly name: string | undefined;
  readonly data: Uint8Array;
}

/** Longer files are not looked into. */
export const MAX_PDF_BYTES = 32 * 1024 * 1024;
/** An attachment that is longer once inflated is left out. */
const MAX_ATTACHMENT_BYTES = 4 * 1024 * 1024;
/** Of all that is inflated. */
const MAX_INFLATED_BYTES = 16 * 1024 * 1024;
const MAX_ATTACHMENTS = 32;
const MAX_OBJECT_STREAMS = 64;
/** Dictionaries of attachments and of their names are much shorter. */
const DICTIONARY_CHARACTERS = 4096;
const HEADER_CHARACTERS = 1024;

/**
 * The files that are embedded in a PDF, in the order of the file; none in what is no PDF. It needs
 * no PDF library: objects are walked in their order and streams skipped as a whole, so that nothing
 * inside a stream is taken for an object. Time and memory are linear in the length of the file and
 * bounded by the limits above. Encrypted attachments are not read. Never rejects for what the bytes
 * are.
 */
export async function readAttachments(bytes: Uint8Array<ArrayBuffer>): Promise<PdfAttachment[]> {
  if (bytes.length > MAX_PDF_BYTES) return [];
  // one character a byte, whatever the byte
  const text = new TextDecoder('latin1').decode(bytes);
  if (!text.slice(0, HEADER_CHARACTERS).includes('%PDF-')) return [];
  const { files, objectStreams, names } = walkObjects(text);
  const inflater = new Inflater(bytes);
  for (const stream of objectStreams) {
    const inflated = await inflater.dataOf(stream);
    if (inflated !== undefined) readNames(new TextDecoder('latin1').decode(inflated), names);
  }
  const attachments: PdfAttachment[] = [];
  for (const file of files) {
    const data = await inflater.dataOf(file);
    if (data !== undefined) attachments.push({ name: names.get(file.number), data });
  }
  return attachments;
}

/** A stream of the file: its object number, and where its bytes lie. */
interface Stream {
  readonly number: string;
  readonly begin: number;
  readonly end: number;
  readonly isDeflated: boolean;
}

interface Objects {
  readonly files: readonly Stream[];
  readonly objectStreams: readonly Stream[];
  /** Object number of an embedded file to its name. */
  readonly names: Map<string, string>;
}

function walkObjects(text: string): Objects {
  const files: Stream[] = [];
  const objectStreams: Stream[] = [];
  const names = new Map<string, string>();
  let at = text.indexOf('obj');
  while (at >= 0) {
    const number = /(?:^|[^0-9])([0-9]{1,10})\s{1,4}[0-9]{1,5}\s{1,4}$/.exec(text.slice(Math.max(0, at - 26), at))?.[1];
    at += 'obj'.length;
    if (number !== undefined) {
      const body = bodyOf(text, at);
      // on from behind it in every case: each character is looked at once
      at += body.text.length;
      if (body.isStream) {
        const stream = streamAt(text, number, body.text, at);
        if (stream === undefined) break;
        if (isOfType(body.text, 'EmbeddedFile') && files.length < MAX_ATTACHMENTS) files.push(stream);
        if (isOfType(body.text, 'ObjStm') && objectStreams.length < MAX_OBJECT_STREAMS) objectStreams.push(stream);
        at = stream.end;
      } else readNames(body.text, names);
    }
    at = text.indexOf('obj', at);
  }
  return { files, objectStreams, names };
}

/** What an object has before its stream, or all of it; cut off where it is long. */
function bodyOf(text: string, begin: number): { readonly text: string; readonly isStream: boolean } {
  const body = text.slice(begin, begin + DICTIONARY_CHARACTERS);
  const end = body.search(/endobj|>>\s*stream\r?\n/);
  if (end < 0) return { text: body, isStream: false };
  return body.startsWith('endobj', end)
    ? { text: body.slice(0, end), isStream: false }
    : { text: body.slice(0, body.indexOf('stream', end)), isStream: true };
}

/**
 * `at` is where the keyword stands. A length that is not stated here ends at `endstream`;
 * undefined: the file ends before.
 */
function streamAt(text: string, number: string, dictionary: string, at: number): Stream | undefined {
  const afterKeyword = at + 'stream'.length;
  const begin = afterKeyword + (text[afterKeyword] === '\r' ? 2 : 1);
  const stated = /\/Length\s+([0-9]{1,10})(?!\s+[0-9]+\s+R)/.exec(dictionary)?.[1];
  const isDeflated = /\/FlateDecode\b/.test(dictionary);
  if (stated !== undefined) {
    const end = begin + Number(stated);
    if (/^\s{0,2}endstream/.test(text.slice(end, end + 12))) return { number, begin, end, isDeflated };
  }
  let end = text.indexOf('endstream', begin);
  if (end < 0) return undefined;
  if (text[end - 1] === '\n') end--;
  if (text[end - 1] === '\r') end--;
  return { number, begin, end: Math.max(begin, end), isDeflated };
}

function isOfType(dictionary: string, type: string): boolean {
  return new RegExp(`/Type\\s*/${type}\\b`).test(dictionary);
}

/**
 * Adds the names of all file specifications (ISO 32000-1, 7.11.3) that the text has. No expression
 * here has anything behind a part of free length that could make it begin again: each looks at a
 * character once.
 */
function readNames(text: string, names: Map<string, string>): void {
  for (const behindType of text.split(/\/Type\s*\/Filespec/, MAX_ATTACHMENTS + 1).slice(1)) {
    const specification = behindType.slice(0, DICTIONARY_CHARACTERS);
    const embedded = /\/EF\s*<<([^>]*)/.exec(specification)?.[1] ?? '';
    const file = /\/U?F\s+([0-9]{1,10})\s+[0-9]{1,5}\s+R/.exec(embedded)?.[1];
    const name = nameIn(specification);
    if (file !== undefined && name !== undefined && !names.has(file)) names.set(file, name);
  }
}

/** The value of `UF`, else of `F`: a string in brackets or in hex. */
function nameIn(specification: string): string | undefined {
  for (const member of ['UF', 'F']) {
    const found = new RegExp(`/${member}\\s*(?:\\(((?:[^()\\\\]|\\\\.){0,1000})\\)|<([0-9A-Fa-f\\s]{0,4000})>)`).exec(
      specification,
    );
    if (found?.[1] !== undefined) return textOfBytes(found[1].replaceAll(/\\(.)/g, '$1'));
    if (found?.[2] !== undefined) return textOfBytes(bytesOfHex(found[2].replaceAll(/\s/g, '')));
  }
  return undefined;
}

/** A string with its byte order mark as UTF-16, others as they are. */
function textOfBytes(string: string): string {
  if (!string.startsWith('\u00fe\u00ff')) return string;
  let text = '';
  for (let at = 2; at + 1 < string.length; at += 2) {
    text += String.fromCharCode(string.charCodeAt(at) * 256 + string.charCodeAt(at + 1));
  }
  return text;
}

function bytesOfHex(hex: string): string {
  return hex.replaceAll(/(..?)/g, (digits) => String.fromCharCode(parseInt(digits.padEnd(2, '0'), 16)));
}

/** Gives the data of streams, as long as all of it together keeps to the limit. */
class Inflater {
  readonly #bytes: Uint8Array<ArrayBuffer>;
  #leftBytes = MAX_INFLATED_BYTES;

  constructor(bytes: Uint8Array<ArrayBuffer>) {
    this.#bytes = bytes;
  }

  /** Undefined where the stream is too long or damaged. */
  async dataOf({ begin, end, isDeflated }: Stream): Promise<Uint8Array | undefined> {
    const stored = this.#bytes.subarray(begin, end);
    const limit = Math.min(MAX_ATTACHMENT_BYTES, this.#leftBytes);
    const data = isDeflated ? await inflate(stored, limit) : stored.length > limit ? undefined : stored;
    this.#leftBytes -= data?.length ?? limit;
    return data;
  }
}

/** Inflates a zlib stream of at most so many bytes; undefined where it is longer or damaged. */
async function inflate(stored: Uint8Array<ArrayBuffer>, limit: number): Promise<Uint8Array | undefined> {
  const reader = new Blob([stored]).stream().pipeThrough(new DecompressionStream('deflate')).getReader();
  const pieces: Uint8Array[] = [];
  let length = 0;
  try {
    for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
      length += piece.value.length;
      if (length > limit) {
        await reader.cancel();
        return undefined;
      }
      pieces.push(piece.value);
    }
  } catch {
    return undefined;
  }
  return joinBytes(pieces);
}
