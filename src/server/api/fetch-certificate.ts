import { certificateDocument } from '../../documents/certificate.ts';
import { goneSignal } from '../../http/gone.ts';
import { RECORDS_PATH } from '../../kinds/paths.ts';
import type { JsonObject } from '../../protocol/encoding/json.ts';
import { receiptJson } from '../../protocol/receipt.ts';
import { trustJson } from '../../protocol/trust-file.ts';
import { define, RECORD_ID } from '../operation.ts';
import { RATES } from '../rates.ts';
import { findRecord } from '../records.ts';

export default define(
  {
    method: 'get',
    path: `${RECORDS_PATH}/{id}/certificate`,
    id: 'fetchCertificate',
    tag: 'records',
    act: 'look',
    object: 'record',
    summary: 'The certificate (存证证书) as a PDF, with receipt and trust file attached',
    description:
      'Made for each request, with the time of the request: it is never the same twice. ' +
      'What is verified is the attachment receipt.json, not the printed text.',
    rate: RATES.document,
    parameters: { path: RECORD_ID },
    answers: {
      200: {
        description: 'the certificate',
        content: { mediaType: 'application/pdf', example: '%PDF-1.7 …' },
        headers: { 'Content-Disposition': 'a file name with the record number' },
      },
    },
    problems: [
      'not-found',
      'kind-not-certifiable',
      'not-anchored',
      'glyph-missing',
      'typesetter-missing',
      'typesetter-busy',
      'typesetter-timeout',
      'typesetter-failed',
      'index-damaged',
    ],
  },
  (parts) => async (request, response) => {
    const { index, record } = await findRecord(parts, request);
    const document = certificateDocument({
      receiptText: fileText(receiptJson(await parts.log.newestReceipt(index, record))),
      trustText: fileText(trustJson(parts.trust())),
      verifyUrl: parts.verifyUrl,
      retrievedAt: new Date(parts.clock()).toISOString(),
    });
    const pdf = request.method === 'HEAD' ? undefined : await parts.typesetter.typeset(document, goneSignal(response));
    response.setHeader('Cache-Control', 'no-store');
    response.setHeader('Content-Disposition', attachment(record.header.number));
    response.type('application/pdf').end(pdf);
  },
);

/** As the command line writes files: line by line, for tools that read lines. */
function fileText(json: JsonObject): string {
  return `${JSON.stringify(json, null, 2)}\n`;
}

/** RFC 6266, with the name in UTF-8 as RFC 8187 writes it. */
function attachment(number: string): string {
  const name = encodeURIComponent(`存证证书-${number}.pdf`);
  return `attachment; filename="certificate-${number}.pdf"; filename*=UTF-8''${name}`;
}
