// Verifies a file by its receipt and a trust file: node verify-receipt.mjs FILE RECEIPT TRUST [RPC_URL]
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { parseReceipt, parseTrust, VERDICT_EXIT } from 'evidence-ledger/protocol';
import { verifyOnline } from 'evidence-ledger/verifier';

const [file, receiptFile, trustFile, rpcUrl] = process.argv.slice(2);
const bytes = await readFile(file);
const report = await verifyOnline({
  receipt: parseReceipt(await readFile(receiptFile)),
  trust: { source: 'file', value: parseTrust(await readFile(trustFile)) },
  file: { sha256: createHash('sha256').update(bytes).digest('hex'), size: bytes.length },
  ...(rpcUrl !== undefined && { rpcUrls: [rpcUrl] }),
});
for (const { step, status, code } of report.steps) console.log(`${status.padEnd(8)} ${step} ${code}`);
console.log(report.verdict);
process.exitCode = VERDICT_EXIT[report.verdict];
