// `npm run bench`: everything, and writes docs/PERFORMANCE.md. `npm run bench -- --quick [PART…]`:
// smaller numbers or some parts, and writes nothing.
import { writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import type { Part, Row } from './bench.ts';
import { batches } from './parts/batches.ts';
import { directory } from './parts/directory.ts';
import { growing } from './parts/growing.ts';
import { pages } from './parts/pages.ts';
import { serving } from './parts/serving.ts';
import { signedIn } from './parts/signed-in.ts';
import { singles } from './parts/singles.ts';
import { uploads } from './parts/uploads.ts';
import { verifying } from './parts/verifying.ts';
import { performanceReport, textTable } from './report.ts';

const PARTS: Readonly<Record<string, Part>> = {
  singles,
  'signed-in': signedIn,
  batches,
  uploads,
  serving,
  verifying,
  pages,
  directory,
  growing,
};
const isQuick = process.argv.includes('--quick');
const chosen = process.argv.slice(2).filter((name) => !name.startsWith('--'));
const unknown = chosen.filter((name) => PARTS[name] === undefined);
if (unknown.length > 0) {
  console.error(`there is no part ${unknown.join(', ')}; the parts are ${Object.keys(PARTS).join(', ')}`);
  process.exit(2);
}

const rows: Row[] = [];
for (const [name, part] of Object.entries(PARTS)) {
  if (chosen.length > 0 && !chosen.includes(name)) continue;
  rows.push(...(await part({ isQuick, report: (text) => console.error(text) })));
}
console.log(textTable(rows));
if (!isQuick && chosen.length === 0) {
  const machine = `${cpus().length} cores (${cpus()[0]!.model.trim()}), ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}`;
  writeFileSync(join(import.meta.dirname, '..', 'docs', 'PERFORMANCE.md'), performanceReport(rows, machine));
}
