import { TEMPLATE_PARTS } from './template-parts.ts';

/** The layout of a certificate: the record on the first page, declarations and lists behind it. */
export const CERTIFICATE_TEMPLATE = String.raw`${TEMPLATE_PARTS}
#set page(paper: "a4", margin: (x: 16mm, top: 14mm, bottom: 17mm), background: frame, footer: footer)
#heading(level: 1, d.title.zh)
#align(center, text(9pt, fill: dim, lang: "en", tracking: .06em, upper(d.title.en)))
#grid(columns: (1fr, 34mm), column-gutter: 5mm, rows(d.top),
  align(center + top, {
    image(bytes(sys.inputs.picture), format: "svg", width: 34mm, alt: d.picture)
    text(size: 5.6pt, fill: dim, lang: "en", breakable(d.link))
  }))
#for g in d.groups {
  heading(level: 2, title-of(g.heading))
  if g.note != none { block(below: .5em, both(g.note.zh, g.note.en)) }
  rows(g.rows)
}
#heading(level: 2, title-of(d.statementTitle))
#block(breakable: false, width: 100%, inset: 6pt, stroke: .8pt + brand, {
  strong-text(d.statement.zh)
  linebreak()
  second(d.statement.en, size: .86em)
})
#heading(level: 2, title-of(d.verify))
#for s in d.verifySteps { block(below: .55em, both(s.zh, s.en)) }
#let blank-line(m) = { label(m); v(7mm); line(length: 100%, stroke: .4pt + ink) }
#block(breakable: false, above: 1.2em, width: 100%, grid(columns: (1fr, 1fr), gutter: 10mm, blank-line(d.seal), blank-line(d.issued)))
#for a in d.annexes { block(breakable: false, above: 1.8em, width: 100%, {
  heading(level: 2, title-of(a.heading))
  for p in a.paragraphs { block(below: .6em, both(p.zh, p.en, size: .84em)) }
  table(columns: (45mm, 1fr), stroke: .3pt + rule, inset: 4pt, align: (left + horizon, left),
    ..a.blanks.map(b => (label(b), box(height: 8mm))).flatten())
}) }
#heading(level: 2, title-of(d.annexC))
#for t in d.tables {
  block(above: .8em, below: .5em, sticky: true, label(t.heading))
  table(columns: (1fr, 24mm, 2fr), stroke: .3pt + rule, inset: 3.5pt, align: left + horizon,
    table.header(..t.columns.map(c => label(c))),
    ..t.rows.map(row => row.map(c => if c.isCode { text(size: .9em, breakable(c.text)) } else { both(c.text, c.second) })).flatten())
}
#block(above: .8em, both(d.laterEvents.zh, d.laterEvents.en))
`;
