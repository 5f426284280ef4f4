import { readFileSync } from 'node:fs';
import { isUtf8 } from 'node:buffer';

/**
 * A path as the operating system has it: bytes. On Linux a name need not be UTF-8, and a seized
 * disk has names in GBK; a path converted to a JavaScript string would then name no file at all.
 */
export type PathBytes = Buffer;

const SEPARATOR = Buffer.from('/');
const REPLACEMENT = '\ufffd';

/** The path arguments of the command line, as the bytes that were typed. */
export function argumentPaths(args: readonly string[]): PathBytes[] {
  const raw = args.some((arg) => arg.includes(REPLACEMENT)) ? rawArguments() : [];
  return args.map((arg) => {
    // Different bytes may look the same as text; they are in the same order, so each is used once.
    const at = raw.findIndex((bytes) => bytes.toString('utf8') === arg);
    return at < 0 ? Buffer.from(arg) : raw.splice(at, 1)[0]!;
  });
}

/** The arguments that are not UTF-8. Linux keeps their bytes; elsewhere names are Unicode. */
function rawArguments(): Buffer[] {
  let bytes: Buffer;
  try {
    bytes = readFileSync('/proc/self/cmdline');
  } catch {
    return []; // not Linux
  }
  const args: Buffer[] = [];
  for (let begin = 0; begin < bytes.length;) {
    const end = bytes.indexOf(0, begin);
    args.push(bytes.subarray(begin, end < 0 ? bytes.length : end));
    begin = end < 0 ? bytes.length : end + 1;
  }
  return args.filter((arg) => !isUtf8(arg));
}

export function joinPath(folder: PathBytes, name: Uint8Array): PathBytes {
  if (folder.length === 0) return Buffer.from(name);
  const hasSlash = folder.at(-1) === SEPARATOR[0];
  return Buffer.concat(hasSlash ? [folder, name] : [folder, SEPARATOR, name]);
}

export function appendToPath(path: PathBytes, suffix: string): PathBytes {
  return Buffer.concat([path, Buffer.from(suffix)]);
}

/** The last part of a path. */
export function baseName(path: PathBytes): PathBytes {
  let end = path.length;
  while (end > 1 && isSeparator(path[end - 1]!)) end--;
  let begin = end;
  while (begin > 0 && !isSeparator(path[begin - 1]!)) begin--;
  return path.subarray(begin, end);
}

/** The folder that a path is in; `.` for a bare name. */
export function folderOf(path: PathBytes): PathBytes {
  const name = baseName(path);
  const folder = path.subarray(0, path.lastIndexOf(name));
  return folder.length === 0 ? Buffer.from('.') : folder;
}

/** The path of another name in the folder of a path, spelled as that is. */
export function siblingOf(path: PathBytes, name: Uint8Array): PathBytes {
  return Buffer.concat([path.subarray(0, path.lastIndexOf(baseName(path))), name]);
}

function isSeparator(byte: number): boolean {
  return byte === 0x2f || (process.platform === 'win32' && byte === 0x5c);
}

export function endsWith(path: Uint8Array, suffix: string): boolean {
  const end = Buffer.from(suffix);
  return path.length >= end.length && Buffer.from(path.subarray(path.length - end.length)).equals(end);
}

/**
 * A path as text: itself where it is UTF-8; else each byte that is not part of a character, and
 * each per cent sign, is written as `%XX`, so that two different paths keep different texts.
 */
export function pathText(path: Uint8Array): { readonly text: string; readonly isEscaped: boolean } {
  const bytes = Buffer.from(path.buffer, path.byteOffset, path.length);
  if (isUtf8(bytes)) return { text: bytes.toString('utf8'), isEscaped: false };
  let text = '';
  for (let at = 0; at < bytes.length;) {
    const length = characterLength(bytes, at);
    if (length > 0 && bytes[at] !== 0x25) text += bytes.toString('utf8', at, at + length);
    else text += `%${bytes[at]!.toString(16).toUpperCase().padStart(2, '0')}`;
    at += Math.max(1, length);
  }
  return { text, isEscaped: true };
}

/** Bytes of the UTF-8 character at `at`; 0 where there is none. */
function characterLength(bytes: Buffer, at: number): number {
  const longest = Math.min(4, bytes.length - at);
  for (let length = 1; length <= longest; length++) if (isUtf8(bytes.subarray(at, at + length))) return length;
  return 0;
}
