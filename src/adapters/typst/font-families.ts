const COLLECTION = 0x74746366; // 'ttcf'
const NAME_TABLE = 0x6e616d65; // 'name'
const FAMILY_IDS: ReadonlySet<number> = new Set([1, 16]);
const MAX_FONTS = 64;
const MAX_RECORDS = 1000;
const WINDOWS = 3;
/** What typst leaves out at the end of a family's name. */
const STYLE_WORDS =
  /(?:[ -](?:thin|hairline|extra ?light|ultra ?light|light|book|regular|normal|roman|medium|semi ?bold|demi ?bold|bold|extra ?bold|black|heavy|italic|oblique))+$/i;

/**
 * The family names of a font file (OpenType 1.9, "name"), as a template may name them. None for
 * what is no font: the typesetter passes over such files as well.
 */
export function fontFamilies(file: Uint8Array): string[] {
  try {
    const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
    const fonts = view.getUint32(0) === COLLECTION ? offsetsOfCollection(view) : [0];
    const families = fonts.flatMap((at) => familiesAt(view, at));
    return [...new Set(families.flatMap((family) => [family, family.replace(STYLE_WORDS, '')]))];
  } catch (error) {
    if (error instanceof RangeError) return [];
    throw error;
  }
}

function offsetsOfCollection(view: DataView): number[] {
  const count = Math.min(view.getUint32(8), MAX_FONTS);
  return Array.from({ length: count }, (_, i) => view.getUint32(12 + 4 * i));
}

function familiesAt(view: DataView, font: number): string[] {
  const tables = view.getUint16(font + 4);
  for (let i = 0; i < tables; i++) {
    const at = font + 12 + 16 * i;
    if (view.getUint32(at) === NAME_TABLE) return familiesIn(view, view.getUint32(at + 8));
  }
  return [];
}

function familiesIn(view: DataView, table: number): string[] {
  const count = Math.min(view.getUint16(table + 2), MAX_RECORDS);
  const strings = table + view.getUint16(table + 4);
  const families: string[] = [];
  for (let i = 0; i < count; i++) {
    const at = table + 6 + 12 * i;
    if (view.getUint16(at) !== WINDOWS || !FAMILY_IDS.has(view.getUint16(at + 6))) continue;
    const begin = strings + view.getUint16(at + 10);
    let text = '';
    for (let k = 0; k < view.getUint16(at + 8); k += 2) text += String.fromCharCode(view.getUint16(begin + k));
    families.push(text);
  }
  return families;
}
