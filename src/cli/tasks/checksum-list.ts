/** One line of a list of checksums, as GNU coreutils write and read them. */
export interface ChecksumLine {
  readonly algorithm: ChecksumAlgorithm;
  /** Lower-case hex. */
  readonly digest: string;
  readonly file: Buffer;
}

export type ChecksumAlgorithm = 'sha256' | 'sm3';

const TAGS: Readonly<Record<string, ChecksumAlgorithm>> = { SHA256: 'sha256', SM3: 'sm3' };
const HEX = /^[0-9A-Fa-f]{64}$/;
/** A digest, a space, and a name. */
const SHORTEST = 64 + 1 + 1;

/**
 * The lines of `sha256sum` (`digest␣␣name`, `digest␣*name`), those of `--tag` (`SHA256 (name) =
 * digest`, `SM3 (…)`), and those of BSD (`digest␣name`), each as `sha256sum --check` takes it.
 * Undefined: improperly formatted. Comments and empty lines are skipped. `untagged` is the
 * algorithm of lines without a tag.
 */
export function* checksumLines(
  bytes: Buffer,
  untagged: ChecksumAlgorithm,
): Generator<{ readonly number: number; readonly line: ChecksumLine | undefined }> {
  const lines = bytes.toString('latin1').split('\n');
  if (lines.at(-1) === '') lines.pop();
  /**
   * Whether the list is in the form of BSD. The two forms are not mixed, since a name may begin
   * with a space.
   */
  let isReversed: boolean | undefined;
  for (const [i, whole] of lines.entries()) {
    const text = whole.replace(/\r$/, '');
    if (text === '' || whole.startsWith('#')) continue;
    const trimmed = text.replace(/^[ \t]+/, '');
    const isEscaped = trimmed.startsWith('\\');
    const rest = isEscaped ? trimmed.slice(1) : trimmed;
    const tag = /^(?:SHA256|SM3)/.exec(rest)?.[0];
    if (tag !== undefined) {
      yield { number: i + 1, line: taggedLine(TAGS[tag]!, rest.slice(tag.length), isEscaped) };
      continue;
    }
    const plain = plainLine(untagged, rest, isEscaped, isReversed);
    if (plain !== undefined) isReversed = plain.isReversed;
    yield { number: i + 1, line: plain?.line };
  }
}

/** `(name) = digest`; the name ends at the last bracket. */
function taggedLine(algorithm: ChecksumAlgorithm, text: string, isEscaped: boolean): ChecksumLine | undefined {
  const [, name, digest] = /^ ?\(([^]*)\)[ \t]*=[ \t]*([^)]*)$/.exec(text) ?? [];
  if (name === undefined || !HEX.test(digest!)) return undefined;
  return line(algorithm, digest!, name, isEscaped);
}

function plainLine(
  algorithm: ChecksumAlgorithm,
  text: string,
  isEscaped: boolean,
  isReversed: boolean | undefined,
): { line: ChecksumLine | undefined; isReversed: boolean | undefined } | undefined {
  if (text.length < SHORTEST) return undefined;
  const [digest, space, after] = [text.slice(0, 64), text[64]!, text.slice(65)];
  if ((space !== ' ' && space !== '\t') || !HEX.test(digest)) return undefined;
  const hasMark = after.length > 1 && (after[0] === ' ' || after[0] === '*');
  if (!hasMark && isReversed === false) return undefined;
  const reversed = !hasMark || isReversed === true;
  return { line: line(algorithm, digest, reversed ? after : after.slice(1), isEscaped), isReversed: reversed };
}

function line(
  algorithm: ChecksumAlgorithm,
  digest: string,
  name: string,
  isEscaped: boolean,
): ChecksumLine | undefined {
  const file = isEscaped ? unescaped(name) : name;
  // No file system takes a NUL.
  if (file === undefined || file.includes('\0')) return undefined;
  return { algorithm, digest: digest.toLowerCase(), file: Buffer.from(file, 'latin1') };
}

const ESCAPES: Readonly<Record<string, string>> = { '\\\\': '\\', '\\n': '\n', '\\r': '\r' };

/** Undefined where a backslash precedes any other character. */
function unescaped(name: string): string | undefined {
  if (!/^(?:[^\\]|\\[\\nr])*$/.test(name)) return undefined;
  return name.replaceAll(/\\[\\nr]/g, (escape) => ESCAPES[escape]!);
}

/**
 * A name as a line has it: only backslash, newline and carriage return are escaped, and then a
 * backslash precedes the line.
 */
export function escapedName(file: Buffer): { readonly mark: '' | '\\'; readonly name: string } {
  const raw = file.toString('latin1');
  const name = raw.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('\r', '\\r');
  return { mark: name === raw ? '' : '\\', name };
}
