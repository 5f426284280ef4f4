import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, test } from 'vitest';
import { fontFamilies } from '../../../src/adapters/typst/font-families.ts';
import { TypstTypesetter } from '../../../src/adapters/typst/typesetter.ts';
import type { TypesetDocument } from '../../../src/documents/ports.ts';
import { readAttachments } from '../../../src/verifier/pdf-attachments.ts';
import { certificateNamed } from '../../documents/named-certificate.ts';
import { isAvailable } from '../../availability.ts';

const typesetter = new TypstTypesetter();
afterAll(() => typesetter.close());

/** Rare characters of names: of CJK extensions A, B, G and of the compatibility block. */
const RARE = '㐂𠮷䶮𫖯𰻝';

/** The error of a document that cannot be made. */
const failureOf = (made: Promise<unknown>) =>
  made.then(
    () => undefined,
    (error: unknown) => error,
  );

describe('a certificate', () => {
  test('is a tagged PDF with its attachments byte for byte', async () => {
    const document = certificateNamed('流水-3月.csv');
    const pdf = await typesetter.typeset(document);
    expect(Buffer.from(pdf.subarray(0, 8)).toString()).toBe('%PDF-1.7');
    const text = Buffer.from(pdf).toString('latin1');
    for (const part of ['pdfaid:part>3<', 'pdfaid:conformance>A<', '/MarkInfo', '/AFRelationship /Source']) {
      expect(text).toContain(part);
    }
    const attached = await readAttachments(new Uint8Array(pdf));
    expect(attached.map(({ name, data }) => [name, Buffer.from(data).toString()])).toEqual(
      document.attachments.map(({ name, text: content }) => [name, content]),
    );
  });

  test('has the same bytes in every run and every process', async () => {
    const document = certificateNamed('a.txt');
    const first = await typesetter.typeset(document);
    await typesetter.typeset(certificateNamed('b.txt'));
    expect(Buffer.compare(await typesetter.typeset(document), first)).toBe(0);
    const script = join(import.meta.dirname, 'typeset-process.ts');
    const { stdout } = await promisify(execFile)(process.execPath, [script, 'a.txt'], {
      env: { ...process.env, TZ: 'America/New_York', LANG: 'C' },
    });
    expect(stdout.trim()).toBe(createHash('sha256').update(first).digest('hex'));
  });

  test('prints rare characters, and is refused where no font has one: it is named, with its field [W128]', async () => {
    await expect(typesetter.typeset(certificateNamed(`${RARE}.txt`))).resolves.toBeInstanceOf(Uint8Array);
    const error = await failureOf(typesetter.typeset(certificateNamed('王\u{2EBF0}.txt')));
    expect(error).toMatchObject({ code: 'glyph-missing', exit: 2 });
    expect((error as { text: { zh: string; en: string } }).text).toEqual({
      zh: '“登记的文件名”中的 \u{2EBF0} (U+2EBF0) 没有字体可以印出，没有出具文件',
      en: 'no font has the character \u{2EBF0} (U+2EBF0) of "registered name": no document was made',
    });
  });

  test.each([
    ['source of a template', '#panic() $x$ [*a*] \\ `b` "c" ${d} @e <f> // g'],
    ['control characters and marks of direction', 'a\u0000b\u001b[31m\u202egpj.exe\u2066\u200d'],
    ['a long name without spaces', 'x'.repeat(4000)],
    ['a long name of ideographs', '证'.repeat(1300)],
  ])('%s is text and nothing else', async (_, name) => {
    await expect(typesetter.typeset(certificateNamed(name))).resolves.toBeInstanceOf(Uint8Array);
  });
});

describe('the work is bounded', () => {
  const slow = (): TypesetDocument => ({
    ...certificateNamed('slow'),
    template: '#set text(font: "EVL Sans")\n#for i in range(3000) [#lorem(40) #i\\ ]',
  });

  test('more than may wait are refused, and those who wait are served', async () => {
    const bounded = new TypstTypesetter({ maxWaiting: 2 });
    try {
      const asked = Array.from({ length: 6 }, () => bounded.typeset(certificateNamed('a')));
      const ended = await Promise.allSettled(asked);
      expect(ended.map(({ status }) => status)).toEqual([
        ...Array.from({ length: 3 }, () => 'fulfilled'),
        ...Array.from({ length: 3 }, () => 'rejected'),
      ]);
      expect(ended[5]).toMatchObject({ reason: { code: 'typesetter-busy' } });
    } finally {
      await bounded.close();
    }
  });

  test('what takes too long is stopped, and an ended thread is started again', async () => {
    const impatient = new TypstTypesetter({ limitMs: 1 });
    const error = await failureOf(impatient.typeset(slow()));
    expect(error).toMatchObject({ code: 'typesetter-timeout' });
    await impatient.close();
    const patient = new TypstTypesetter();
    const first = patient.typeset(certificateNamed('a'));
    await expect(first).resolves.toBeInstanceOf(Uint8Array);
    await patient.close();
    await expect(patient.typeset(certificateNamed('b')), 'a closed thread is started again').resolves.toBeDefined();
    await patient.close();
  });

  test('who leaves gives up the place', async () => {
    const one = new TypstTypesetter({ maxWaiting: 1 });
    try {
      const running = one.typeset(certificateNamed('a'));
      const gone = new AbortController();
      const left = failureOf(one.typeset(certificateNamed('b'), gone.signal));
      gone.abort(new Error('left'));
      expect(await left).toMatchObject({ message: 'left' });
      await expect(one.typeset(certificateNamed('c'))).resolves.toBeDefined();
      await running;
    } finally {
      await one.close();
    }
  });

  test('data above the limit is refused', async () => {
    const document = { ...certificateNamed('a'), data: { text: 'x'.repeat(2 * 1024 * 1024) } };
    expect(await failureOf(typesetter.typeset(document))).toMatchObject({ code: 'document-too-large' });
  });
});

test('without the package nothing is made, and the reason is given', async () => {
  const script = join(import.meta.dirname, 'typeset-process.ts');
  const hooks = `data:text/javascript,${encodeURIComponent(`
    import { registerHooks } from 'node:module';
    registerHooks({ resolve(name, context, next) {
      if (name.includes('typst-ts-node-compiler')) throw Object.assign(new Error('no package'), { code: 'ERR_MODULE_NOT_FOUND' });
      return next(name, context);
    } });`)}`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--import', hooks, script, 'a.txt']);
  expect(stdout.trim()).toBe('typesetter-missing');
});

test("an operator's own fonts come last, and print what the program's lack", async () => {
  const folder = '/usr/share/fonts/truetype/dejavu';
  const { existsSync } = await import('node:fs');
  if (!isAvailable('the font DejaVu Sans', existsSync(join(folder, 'DejaVuSans.ttf')))) return;
  const name = 'سلام.txt';
  expect(await failureOf(typesetter.typeset(certificateNamed(name)))).toMatchObject({ code: 'glyph-missing' });
  const own = new TypstTypesetter({ ownFonts: folder });
  await expect(own.typeset(certificateNamed(name))).resolves.toBeInstanceOf(Uint8Array);
  await own.close();
});

test('the family of a font file is read from its names, and none from other bytes', async () => {
  const { readFileSync } = await import('node:fs');
  const font = readFileSync(join(import.meta.dirname, '..', '..', '..', 'fonts', 'EvlKai.ttf'));
  expect(fontFamilies(font)).toEqual(['EVL Kai']);
  for (let length = 0; length < 400; length++) expect(fontFamilies(font.subarray(0, length))).toEqual([]);
  expect(fontFamilies(Buffer.alloc(4096, 0xff))).toEqual([]);
});
