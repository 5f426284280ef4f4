import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Request, Response } from 'express';
import { LANGUAGE_TAGS } from '../text/language.ts';
import { LedgerError } from '../text/ledger-error.ts';
import type { Lang } from '../text/message.ts';

const FOLDER = join(dirname(createRequire(import.meta.url).resolve('evidence-ledger/package.json')), 'dist', 'web');
const ASSET_NAME = /^[0-9a-f]{16}\.(css|js|png|txt)$/;
const CHAPTER_NAME = /^[a-z-]{1,20}$/;
/** Content codings by their names, the smallest first, with the ends of the names of files. */
const CODINGS: Readonly<Record<string, string>> = { br: '.br', gzip: '.gz' };

/** The pages that scripts/build-web.ts has made; the service runs without them. */
export function hasWebPages(): boolean {
  return existsSync(join(FOLDER, 'pages.json'));
}

/**
 * The offline page and its SHA-256 in lower-case hex. It is never compressed, so that a program
 * without codings saves what the digest is of. Throws `not-found`: no pages were made.
 */
export function offlinePage(): { readonly content: Buffer; readonly sha256: string } {
  const { offline, offlineSha256 } = pageNames();
  return { content: readFileSync(join(FOLDER, offline!)), sha256: offlineSha256! };
}

/** File of the page `/verify`. Throws `not-found`: no pages were made. */
export function verifyPage(): string {
  return pageNames()['verify']!;
}

/** File of the pages of accounts. Throws `not-found`: no pages were made. */
export function accountPage(): string {
  return pageNames()['account']!;
}

function pageNames(): Readonly<Record<string, string>> {
  const names = readOrUndefined('pages.json');
  if (names === undefined) throw new LedgerError('pages/not-found');
  return JSON.parse(names.toString('utf8')) as Record<string, string>;
}

/** File of a chapter of the handbooks. Throws `not-found`: there is none, or no pages were made. */
export function handbookFile(name: string, lang: Lang): string {
  pageNames();
  const file = `handbook-${name}.${LANGUAGE_TAGS[lang]}.html`;
  if (!CHAPTER_NAME.test(name) || !existsSync(join(FOLDER, file))) throw new LedgerError('not-found');
  return file;
}

/** File and kind of a script, style sheet or picture. Throws `not-found`: there is none. */
export function assetFile(name: string): { readonly file: string; readonly extension: string } {
  const extension = ASSET_NAME.exec(name)?.[1];
  if (extension === undefined || !existsSync(join(FOLDER, name))) throw new LedgerError('not-found');
  return { file: name, extension };
}

/** Answers with a file of the pages, in the smallest coding that the request takes. */
export function sendPageFile(request: Request, response: Response, file: string): void {
  const coding = request.acceptsEncodings(...Object.keys(CODINGS), 'identity') || 'identity';
  const compressed = coding === 'identity' ? undefined : readOrUndefined(`${file}${CODINGS[coding]}`);
  if (compressed !== undefined) response.setHeader('Content-Encoding', coding);
  response.vary('Accept-Encoding').send(compressed ?? readFileSync(join(FOLDER, file)));
}

function readOrUndefined(name: string): Buffer | undefined {
  try {
    return readFileSync(join(FOLDER, name));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return undefined;
  }
}
