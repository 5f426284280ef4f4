import { RECORDS_PATH } from '../../kinds/paths.ts';
import type { JsonObject } from '../../protocol/encoding/json.ts';
import { receiptJson } from '../../protocol/receipt.ts';
import { ItemDetail } from '../answers.ts';
import { EXAMPLES } from '../examples.ts';
import { CONDITIONAL, define, ETAG, jsonAnswer, NOT_MODIFIED, RECORD_ID } from '../operation.ts';
import { RATES } from '../rates.ts';
import { cachingOf, findRecord, item } from '../records.ts';

export default define(
  {
    method: 'get',
    path: `${RECORDS_PATH}/{id}`,
    id: 'showEvidence',
    tag: 'records',
    act: 'look',
    object: 'record',
    summary: 'One record with its sections',
    rate: RATES.read,
    parameters: { path: RECORD_ID, header: CONDITIONAL },
    answers: { 200: jsonAnswer('the record', ItemDetail, EXAMPLES.itemDetail, ETAG), 304: NOT_MODIFIED },
    problems: ['not-found', 'index-damaged'],
  },
  (parts) => async (request, response) => {
    const found = await findRecord(parts, request);
    const { record } = receiptJson(await parts.log.newestReceipt(found.index, found.record)) as {
      readonly record: JsonObject;
    };
    response.setHeader('Cache-Control', cachingOf(parts)).json({ ...(await item(parts, found)), record });
  },
);
