// Registers a file with its content and prints the receipt: node register-file.mjs FILE CASE_NUMBER [SERVICE_URL]
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { registerEvidence, uploadContent } from 'evidence-ledger/client';

const [file, caseNumber, url = 'http://127.0.0.1:8080'] = process.argv.slice(2);
const bytes = await readFile(file);
const sha256 = createHash('sha256').update(bytes).digest('hex');
const service = { url };
const { uploadToken } = await uploadContent(
  service,
  { lengthBytes: bytes.length, chunks: () => createReadStream(file) },
  sha256,
);
const registration = {
  case: { number: caseNumber },
  file: { name: basename(file), size: bytes.length },
  digests: { sha256 },
};
// The same key again gives the same record: choose one that belongs to this registration.
const idempotencyKey = createHash('sha256').update(`${caseNumber}\0${file}\0${sha256}`).digest('hex');
const receipt = await registerEvidence(service, registration, idempotencyKey, uploadToken);
console.log(JSON.stringify(receipt, null, 2));
