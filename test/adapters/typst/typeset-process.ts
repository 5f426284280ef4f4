// Makes a certificate in a process of its own: prints the SHA-256 of the PDF, or a code.
import { createHash } from 'node:crypto';
import { TypstTypesetter } from '../../../src/adapters/typst/typesetter.ts';
import { LedgerError } from '../../../src/text/ledger-error.ts';
import { certificateNamed } from '../../documents/named-certificate.ts';

const typesetter = new TypstTypesetter();
try {
  const pdf = await typesetter.typeset(certificateNamed(process.argv[2]!));
  console.log(createHash('sha256').update(pdf).digest('hex'));
} catch (error) {
  if (!(error instanceof LedgerError)) throw error;
  console.log(error.code);
}
await typesetter.close();
