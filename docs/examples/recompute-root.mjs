// Recomputes the root of a log from its entries, and compares it with the signed checkpoint: node recompute-root.mjs TRUST [SERVICE_URL]
import { readFile } from 'node:fs/promises';
import {
  checkNote,
  CompactRange,
  parseCheckpoint,
  parseEntryBundle,
  parseNote,
  parseTrust,
  sha256,
  tilePath,
  toBase64,
  treeHasher,
} from 'evidence-ledger/protocol';

const [trustFile, url = 'http://127.0.0.1:8080'] = process.argv.slice(2);
const trust = parseTrust(await readFile(trustFile));
const fetched = async (path) => new Uint8Array(await (await fetch(`${url}/log/${path}`)).arrayBuffer());

const note = parseNote(new TextDecoder().decode(await fetched('checkpoint')));
const { origin, size, root } = parseCheckpoint(note.text);
const { status } = checkNote(
  note,
  trust.log.keys.map(({ key }) => key),
);
const hasher = treeHasher(sha256);
const tree = new CompactRange(hasher);
for (let index = 0n; index * 256n < size; index++) {
  const width = Number(size - index * 256n < 256n ? size - index * 256n : 256n);
  for (const entry of parseEntryBundle(await fetched(tilePath({ level: 'entries', index, width })), width)) {
    tree.append(hasher.leaf(entry));
  }
}
const isSame = origin === trust.log.origin && status === 'signed' && toBase64(tree.root()) === toBase64(root);
console.log(`${origin}: ${size} entries, root ${toBase64(tree.root())}, ${isSame ? 'as signed' : 'NOT as signed'}`);
process.exitCode = isSame ? 0 : 5;
