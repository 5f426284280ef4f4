// Makes the documents that it receives, one after another: the other end of typesetter.ts.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { fontFamilies } from './font-families.ts';
import type { ThreadOptions, ToTypeset, Typeset } from './typesetter.ts';

const PDF_STANDARD = 'a-3a';
/** Parts of earlier documents that are kept, in documents. */
const KEPT_DOCUMENTS = 4;

const makePdf = await openTypst(workerData as ThreadOptions).catch((error: unknown) => {
  answer({ missing: error instanceof Error ? error.message : String(error) });
  return undefined;
});

if (makePdf !== undefined) {
  parentPort!.on('message', (document: ToTypeset) => {
    try {
      const pdf = new Uint8Array(makePdf(document));
      answer({ pdf }, [pdf.buffer]);
    } catch (error) {
      const diagnostics = String((error as { code?: unknown }).code ?? error);
      answer({ missingText: textWithoutGlyph(diagnostics), diagnostics });
    }
  });
  answer({ ready: true });
}

/** Throws where the package is not installed, or a folder of fonts cannot be read. */
async function openTypst({ fonts, ownFonts }: ThreadOptions): Promise<(document: ToTypeset) => Uint8Array> {
  const files = fontFiles(fonts);
  const own = ownFonts === undefined ? [] : fontFiles(ownFonts);
  const families = JSON.stringify(own.flatMap(fontFamilies));
  const { NodeCompiler } = await import('@myriaddreamin/typst-ts-node-compiler');
  const compiler = NodeCompiler.create({ workspace: fonts, fontArgs: [{ fontBlobs: [...files, ...own] }] });
  return ({ template, inputs, madeAtSeconds }) => {
    const document = { mainFileContent: template, inputs: { ...inputs, families }, resetRead: true };
    try {
      return compiler.pdf(document, { pdfStandard: PDF_STANDARD, creationTimestamp: madeAtSeconds });
    } finally {
      compiler.evictCache(KEPT_DOCUMENTS);
    }
  };
}

/** In the order of their names, so that the same folder gives the same documents. */
function fontFiles(folder: string): Buffer[] {
  const names = readdirSync(folder).filter((name) => /\.(?:ttf|otf|ttc)$/i.test(name));
  return names.toSorted().map((name) => readFileSync(join(folder, name)));
}

/** The text that no font has, out of diagnostics in which Rust has escaped it twice. */
function textWithoutGlyph(diagnostics: string): string | undefined {
  const quoted = /the text `\\"(.{1,200}?)\\"` could not be displayed/s.exec(diagnostics)?.[1];
  return quoted?.replaceAll(/\\+(?:u\{([0-9a-f]{1,6})\}|(.))/g, (_, hex?: string, character = '') =>
    hex === undefined ? character : String.fromCodePoint(parseInt(hex, 16)),
  );
}

function answer(result: Typeset, handedOver: ArrayBuffer[] = []): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, no window
  parentPort!.postMessage(result, handedOver);
}
