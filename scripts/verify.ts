/**
 * An auditor's own verification program on one page: judges a receipt and the file that it is of by
 * a trust file and chain nodes, without the operator. Prints the verdict and its steps, and ends as
 * `evl verify` does: 0 VERIFIED, 1 MISMATCH, 4 PENDING, 5 INCONSISTENT, 6 INDETERMINATE.
 *
 *     node scripts/verify.ts RECEIPT FILE TRUST_FILE CHAIN_NODE_URL...
 */
import { createHash } from 'node:crypto';
import { createReadStream, readFileSync } from 'node:fs';
import { parseReceipt, parseTrust, ProtocolError, VERDICT_EXIT } from '../src/sdk/protocol.ts';
import { verifyOnline } from '../src/sdk/verifier.ts';

const [receiptFile, file, trustFile, ...rpcUrls] = process.argv.slice(2);
if (receiptFile === undefined || file === undefined || trustFile === undefined || rpcUrls.length === 0) {
  throw new Error('usage: node scripts/verify.ts RECEIPT FILE TRUST_FILE CHAIN_NODE_URL...');
}

// Both digests and the size are compared, so the file is read once and may be of any size.
const digests = { sha256: createHash('sha256'), sm3: createHash('sm3') };
let size = 0;
for await (const chunk of createReadStream(file) as AsyncIterable<Uint8Array>) {
  digests.sha256.update(chunk);
  digests.sm3.update(chunk);
  size += chunk.length;
}

// The trust file is all that is taken as given. Its fingerprint is printed, to be compared with the
// one that the operator gave by another way.
const trust = parseTrust(readFileSync(trustFile));

try {
  const report = await verifyOnline({
    receipt: parseReceipt(readFileSync(receiptFile)),
    trust: { source: 'file', value: trust },
    file: { sha256: digests.sha256.digest('hex'), sm3: digests.sm3.digest('hex'), size },
    rpcUrls,
  });
  console.log(`${report.verdict}, by the trust file sha256:${report.trust?.sha256}`);
  for (const { step, status, code, expected, found } of report.steps) {
    const compared = status === 'pass' || found === undefined ? '' : `  expected ${expected ?? '-'}, found ${found}`;
    console.log(`${status.padEnd(8)} ${step.padEnd(18)} ${code}${compared}`);
  }
  process.exitCode = VERDICT_EXIT[report.verdict];
} catch (error) {
  if (!(error instanceof ProtocolError)) throw error;
  console.log(`INDETERMINATE, ${receiptFile} is not a readable receipt: ${error.code}`);
  process.exitCode = VERDICT_EXIT.INDETERMINATE;
}
