import { certificateDocument } from '../../src/documents/certificate.ts';
import type { TypesetDocument } from '../../src/documents/ports.ts';
import { receiptJson, testLedger, trustJson } from '../oracle/ledger.ts';

const ledger = testLedger();

/** The certificate of a record whose file has this name; its receipt does not verify. */
export function certificateNamed(name: string, verifyUrl = 'https://evl.example/verify'): TypesetDocument {
  const receipt = receiptJson(ledger, 2, 5);
  for (const section of receipt.record.disclosed) {
    if (section.name === 'file') section.value = { name, mediaType: 'text/csv', size: 12_345_678 };
  }
  return certificateDocument({
    receiptText: `${JSON.stringify(receipt, null, 2)}\n`,
    trustText: JSON.stringify(trustJson(ledger)),
    verifyUrl,
    retrievedAt: '2026-11-30T09:00:00.000Z',
  });
}
