import { chooseLanguage } from '../../src/cli/shell/language.ts';
import { writeDocuments } from './document.ts';
import { drill } from './drill.ts';
import { table } from './table.ts';

/**
 * `npm run drill`: operator, court, notary, auditor and a stranger, each in a folder of their own;
 * an honest run, then four attacks, and who finds them. Ends with 1 where a result is not the
 * expected one. `--keep` leaves the folders, `--lang zh|en` chooses the language,
 * `--write` writes the table to docs/drill.md and docs/drill.zh-CN.md.
 */

const args = process.argv.slice(2);
const lang = chooseLanguage(args[args.indexOf('--lang') + 1], process.env);
const { attacks, surprises } = await drill(lang, (line) => console.log(line), args.includes('--keep'));
console.log(`\n${table(attacks, lang)}`);
if (args.includes('--write') && surprises.length === 0) writeDocuments(attacks);
for (const surprise of surprises) console.log(`! ${surprise}`);
process.exitCode = surprises.length === 0 ? 0 : 1;
