import { TEMPLATE_PARTS } from './template-parts.ts';

/** The layout of a list of records, on A4 in landscape; the head of the table is repeated. */
export const RECORD_LIST_TEMPLATE = String.raw`${TEMPLATE_PARTS}
#set page(paper: "a4", flipped: true, margin: (x: 14mm, top: 14mm, bottom: 16mm), footer: footer)
#heading(level: 1, d.title.zh)
#align(center, text(9pt, fill: dim, lang: "en", tracking: .06em, upper(d.title.en)))
#rows(d.facts)
#v(.4em)
#set table.cell(breakable: false)
#table(
  columns: (11mm, auto, 1fr, 40mm, 34mm), stroke: .3pt + rule, inset: 3.5pt, align: left + horizon,
  table.header(..d.columns.map(c => label(c))),
  ..d.items.enumerate(start: 1).map(((i, r)) => (
    [#i],
    box(r.number),
    r.lines.map(l => { text(fill: dim, size: .84em, l.zh + " "); breakable(l.text) }).join(linebreak()),
    r.registered,
    both(r.state.zh, r.state.en),
  )).flatten()
)
#block(above: .8em, both(d.note.zh, d.note.en))
#let blank-line(m) = { label(m); v(7mm); line(length: 100%, stroke: .4pt + ink) }
#block(breakable: false, above: 1.2em, width: 100%, grid(columns: (1fr, 1fr), gutter: 10mm, blank-line(d.maker), blank-line(d.checker)))
`;
