import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { extname, join, posix } from 'node:path';
import { Marked, type Token, type Tokens } from 'marked';
import { escapedHtml } from '../src/http/problem-page.ts';
import { framedPage, PAGE_STYLE } from '../src/server/page-frame.ts';
import { LANGUAGE_TAGS } from '../src/text/language.ts';
import { format, type Lang } from '../src/text/message.ts';
import { PAGE_FRAME } from '../src/text/page-frame.ts';
import { ROOT, VERSION } from './bundler/project.ts';

const DOCUMENTS = ['docs/handbook/*.md', 'docs/verify-by-hand*.md'];

/** A chapter in one language. */
interface Chapter {
  /** Within the project. */
  readonly path: string;
  readonly name: string;
  readonly lang: Lang;
  readonly source: string;
}

interface Heading {
  readonly id: string;
  readonly depth: number;
  readonly html: string;
}

/**
 * The handbooks as pages without a script, `handbook-<name>.<language>.html`, with their style
 * sheet, their pictures, and a page that lists them, `handbook-index.<language>.html`.
 */
export function handbookPages(): Map<string, string | Uint8Array> {
  const pages = new Map<string, string | Uint8Array>();
  const addAsset = (content: string | Uint8Array, extension: string): string => {
    const name = `${createHash('sha256').update(content).digest('hex').slice(0, 16)}${extension}`;
    pages.set(name, content);
    return `/assets/${name}`;
  };
  const style = `<link rel="stylesheet" href="${addAsset(PAGE_STYLE, '.css')}">`;
  const addPage = (lang: Lang, name: string, title: string, main: string) => {
    const path = name === 'index' ? '/handbook' : `/handbook/${name}`;
    const page = framedPage({ lang, title, style, main, path, hasPages: true, version: VERSION });
    pages.set(`handbook-${name}.${LANGUAGE_TAGS[lang]}.html`, page);
  };
  const chapters = readChapters();
  for (const chapter of chapters) {
    const { title, main } = renderChapter(chapter, (path) => addAsset(readFileSync(join(ROOT, path)), extname(path)));
    addPage(chapter.lang, chapter.name, title, main);
  }
  for (const lang of ['zh', 'en'] as const) {
    const own = chapters.filter((chapter) => chapter.lang === lang);
    addPage(lang, 'index', format(lang, PAGE_FRAME.handbooks), listOf(lang, own));
  }
  return pages;
}

/** Sorted by path, whatever the order on the disk is. */
function readChapters(): Chapter[] {
  const paths = globSync(DOCUMENTS, { cwd: ROOT }).map((path) => path.replaceAll('\\', '/'));
  return paths.toSorted().map((path) => ({ path, ...namedBy(path), source: readFileSync(join(ROOT, path), 'utf8') }));
}

function namedBy(path: string): Pick<Chapter, 'name' | 'lang'> {
  const [, name, tag] = /^([a-z-]+)(?:\.(en|zh-CN))?\.md$/.exec(posix.basename(path))!;
  return { name: name!, lang: tag === 'zh-CN' ? 'zh' : 'en' };
}

function listOf(lang: Lang, chapters: readonly Chapter[]): string {
  const items = chapters.map(
    ({ name, source }) =>
      `<li><a href="/handbook/${name}?lang=${lang}">${escapedHtml(/^# (.*)$/m.exec(source)![1]!)}</a></li>`,
  );
  return `<section class="card"><h1>${format(lang, PAGE_FRAME.handbooks)}</h1>\n<ul class="links">\n${items.join('\n')}\n</ul></section>`;
}

/** Title and HTML of a chapter; `pathOf` gives the path under which a picture is served. */
function renderChapter(
  { path, lang, source }: Chapter,
  pathOf: (picture: string) => string,
): { readonly title: string; readonly main: string } {
  const headings: Heading[] = [];
  const marked = new Marked({
    gfm: true,
    async: false,
    renderer: {
      html: ({ raw }) => escapedHtml(raw),
      heading({ tokens, depth }) {
        const heading = { id: headingId(tokens), depth, html: this.parser.parseInline(tokens) };
        headings.push(heading);
        return `<h${depth} id="${heading.id}">${heading.html}</h${depth}>\n`;
      },
      paragraph({ tokens }) {
        return `<p>${joined(this.parser.parseInline(tokens))}</p>\n`;
      },
      listitem({ tokens }) {
        return `<li>${joined(this.parser.parse(tokens))}</li>\n`;
      },
      code: ({ text }) => `<pre tabindex="0"><code>${escapedHtml(text)}</code></pre>\n`,
      table(token) {
        const row = (cells: readonly Tokens.TableCell[], tag: string) =>
          `<tr>${cells.map((cell) => `<${tag}>${this.parser.parseInline(cell.tokens)}</${tag}>`).join('')}</tr>\n`;
        const rows = token.rows.map((cells) => row(cells, 'td')).join('');
        return `<div class="scrolls" tabindex="0"><table><thead>${row(token.header, 'th')}</thead><tbody>${rows}</tbody></table></div>\n`;
      },
      link({ href, tokens }) {
        const text = this.parser.parseInline(tokens);
        const target = targetOf(path, href);
        return target === undefined ? text : `<a href="${escapedHtml(target)}">${text}</a>`;
      },
      image: ({ href, text }) =>
        `<img src="${pathOf(posix.join(posix.dirname(path), href))}" alt="${escapedHtml(text)}" loading="lazy">`,
    },
  });
  const body = marked.parse(source) as string;
  const sections = headings.filter(({ depth }) => depth === 2);
  const contents = `<nav class="contents" aria-labelledby="contents"><h2 id="contents">${format(lang, PAGE_FRAME.contents)}</h2><ul>${sections.map(({ id, html }) => `<li><a href="#${id}">${html.replaceAll(/<\/?a\b[^>]*>/g, '')}</a></li>`).join('')}</ul></nav>\n`;
  const [, first = '', rest = ''] = /^(<h1[^]*?<\/h1>\n(?:<p>[^]*?<\/p>\n)?)([^]*)$/.exec(body)!;
  return {
    title: headings[0]!.html.replaceAll(/<[^>]*>/g, ''),
    main: `<article class="card">\n${first}${contents}${rest}</article>`,
  };
}

/** As GitHub names a heading in links. */
function headingId(tokens: readonly Token[]): string {
  const text = tokens.map((token) => ('text' in token ? String(token.text) : token.raw)).join('');
  return text
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');
}

/**
 * Where a link of the document at `from` leads within the service; undefined for documents that the
 * service does not show.
 */
function targetOf(from: string, href: string): string | undefined {
  if (/^(?:#|https:\/\/)/.test(href)) return href;
  const [path = '', heading] = href.split('#');
  const document = posix.join(posix.dirname(from), path);
  if (!DOCUMENTS.some((pattern) => posix.matchesGlob(document, pattern))) return undefined;
  const { name, lang } = namedBy(document);
  return `/handbook/${name}?lang=${lang}${heading === undefined ? '' : `#${encodeURIComponent(heading)}`}`;
}

/** Sentences stand on lines of their own; after a Chinese mark no space follows. */
function joined(html: string): string {
  return html.replaceAll(/(?<=[，。；：！？、”）》](?:<\/[a-z]+>)*)\n(?=\S)/gu, '');
}
