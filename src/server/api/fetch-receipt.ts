import { RECORDS_PATH } from '../../kinds/paths.ts';
import { receiptJson } from '../../protocol/receipt.ts';
import { Receipt } from '../answers.ts';
import { EXAMPLES } from '../examples.ts';
import { CONDITIONAL, define, ETAG, jsonAnswer, NOT_MODIFIED, RECORD_ID } from '../operation.ts';
import { RATES } from '../rates.ts';
import { cachingOf, findRecord } from '../records.ts';

export default define(
  {
    method: 'get',
    path: `${RECORDS_PATH}/{id}/receipt`,
    id: 'fetchReceipt',
    tag: 'records',
    act: 'look',
    object: 'record',
    summary: 'The receipt, with the first final anchor that covers the record',
    rate: RATES.read,
    parameters: { path: RECORD_ID, header: CONDITIONAL },
    answers: { 200: jsonAnswer('the receipt', Receipt, EXAMPLES.receipt, ETAG), 304: NOT_MODIFIED },
    problems: ['not-found', 'index-damaged'],
  },
  (parts) => async (request, response) => {
    const { index, record } = await findRecord(parts, request);
    const receipt = receiptJson(await parts.log.newestReceipt(index, record));
    response.setHeader('Cache-Control', cachingOf(parts)).json(receipt);
  },
);
