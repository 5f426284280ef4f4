import type { Lang, Message } from '../../text/message.ts';
import { PAPER } from '../../text/report.ts';
import { printable } from '../../kinds/printable.ts';

/** A label and its value: a line, or several. */
export type PaperRow = readonly [label: Message, value: string | readonly string[]];

/**
 * A page to print: self-contained HTML without scripts, with blanks for the signature of `signer`.
 * `sections` are HTML; all values in them come from files, services and nodes, and are escaped by
 * `paperTable` and `escapeHtml`.
 */
export function paperPage(lang: Lang, title: Message, signer: Message, sections: readonly string[]): string {
  const heading = escapeHtml(title[lang]);
  return `<!doctype html>
<html lang="${lang === 'zh' ? 'zh-CN' : 'en'}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width">
<title>${heading}</title>
<style>${STYLE}</style>
</head>
<body>
<h1>${heading}</h1>
${sections.join('\n')}
${signatures(lang, signer)}
</body>
</html>
`;
}

export function paperTable(lang: Lang, rows: readonly PaperRow[]): string {
  const lines = rows.map(([label, value]) => {
    const text = [value].flat().map(escapeHtml).join('<br>');
    return `<tr><th scope="row">${escapeHtml(label[lang])}</th><td>${text}</td></tr>`;
  });
  return `<table>\n${lines.join('\n')}\n</table>`;
}

/** A line of text, as on a terminal: what could disguise a name is replaced by escapes. */
export function escapeHtml(line: string): string {
  return printable(line)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

function signatures(lang: Lang, signer: Message): string {
  const blanks = [signer, PAPER.office, PAPER.date].map(
    (label) => `<p><span>${escapeHtml(label[lang])}</span><span class="blank"></span></p>`,
  );
  return `<section class="signatures">\n${blanks.join('\n')}\n</section>`;
}

const STYLE = `
body { font: 11pt/1.5 "Noto Serif CJK SC", "Source Han Serif SC", SimSun, serif; margin: 2em auto; max-width: 45em; color: #000; }
h1 { font-size: 16pt; text-align: center; }
h2 { font-size: 12pt; margin: 1.2em 0 0.3em; }
section { break-inside: auto; border-top: 1px solid #000; padding-top: 0.5em; }
table { border-collapse: collapse; width: 100%; font-size: 10pt; }
th, td { border: 1px solid #888; padding: 0.2em 0.5em; text-align: left; vertical-align: top; overflow-wrap: anywhere; }
th { width: 9em; font-weight: normal; background: #f3f3f3; }
tr { break-inside: avoid; }
.verdict { font-size: 15pt; font-weight: bold; border: 2px solid #000; padding: 0.3em 0.6em; }
.limits { margin-top: 1em; }
.signatures { break-inside: avoid; margin-top: 2em; }
.signatures p { display: flex; gap: 1em; margin: 1.5em 0; }
.blank { flex: 1; border-bottom: 1px solid #000; }
@media print { body { margin: 0; max-width: none; } }
@page { size: A4; margin: 2cm; }
`;
