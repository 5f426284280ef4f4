/**
 * What all templates begin with: `d` is the data, and rows, texts and headings look alike. Fonts
 * are named, so that those of the machine are never used; `families` are an operator's own, which
 * come last. Nothing of the data is ever evaluated.
 */
export const TEMPLATE_PARTS = String.raw`
#let d = json(bytes(sys.inputs.data))
#let families = json(bytes(sys.inputs.families))
#let ink = rgb("#16202e")
#let brand = rgb("#123a73")
#let dim = rgb("#4a5872")
#let rule = rgb("#c3ccd9")
#let body-fonts = ("EVL Sans", "EVL Kai") + families
#let label-fonts = ("EVL Label", ) + body-fonts
#set document(
  title: d.title.zh + " " + d.number,
  author: d.origin,
  date: datetime(year: d.date.at(0), month: d.date.at(1), day: d.date.at(2), hour: d.date.at(3), minute: d.date.at(4), second: d.date.at(5)),
  keywords: (d.title.zh, d.title.en, d.number),
)
#set text(font: body-fonts, size: 8.6pt, fill: ink, lang: "zh", region: "cn", fallback: false, cjk-latin-spacing: none)
#set par(leading: .55em, spacing: .7em)
#let strong-text(body, size: 1em, fill: ink) = text(font: label-fonts, weight: 700, size: size, fill: fill, body)
// a long word without spaces, which would run out of its column, may break anywhere
#let breakable(value) = {
  show regex("[!-~]{36,}"): it => it.text.clusters().join(box(width: 0pt))
  value.split("\n").map(line => [#line]).join(linebreak())
}
#let second(value, size: .78em) = text(size: size, fill: dim, lang: "en", breakable(value))
#let both(zh, en, size: .78em) = if en == "" { breakable(zh) } else { breakable(zh); linebreak(); second(en, size: size) }
#let capital(value) = if value == "" { value } else { upper(value.first()) + value.slice(value.first().len()) }
#let label(m) = { strong-text(m.zh); if m.en != "" { linebreak(); second(capital(m.en), size: .76em) } }
#let shown(r) = if r.isCode { text(size: .9em, breakable(r.value)) } else { both(r.value, r.second) }
#let rows(list) = table(
  columns: (37mm, 1fr), stroke: (x: none, top: none, bottom: .3pt + rule), inset: (x: 0pt, y: 2.5pt), align: (left + horizon, left + horizon),
  ..list.map(r => (label(r), shown(r))).flatten()
)
#show heading.where(level: 1): it => align(center, strong-text(it.body, size: 22pt, fill: brand))
#show heading.where(level: 2): it => block(above: .95em, below: .5em, sticky: true, strong-text(it.body, size: 10.5pt, fill: brand))
#let title-of(m) = [#m.zh#if m.at("en", default: "") != "" [ #h(.4em) #text(font: body-fonts, weight: 400, size: .72em, fill: dim, lang: "en", m.en)]]
#let frame = {
  place(top + left, dx: 8mm, dy: 8mm, rect(width: 100% - 16mm, height: 100% - 16mm, stroke: 1.2pt + brand))
  place(top + left, dx: 9.4mm, dy: 9.4mm, rect(width: 100% - 18.8mm, height: 100% - 18.8mm, stroke: .4pt + brand))
}
#for (i, a) in json(bytes(sys.inputs.attachments)).enumerate() {
  pdf.attach(a.name, bytes(sys.inputs.at("attachment" + str(i))), relationship: a.relationship, mime-type: "application/json", description: a.description)
}
#let footer = context align(center, text(7pt, fill: dim)[#d.number · #d.origin · #counter(page).display("1 / 1", both: true)])
`;
