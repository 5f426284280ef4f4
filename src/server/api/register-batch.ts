import * as z from 'zod';
import { type BodyLine, requireMediaType } from '../../http/body.ts';
import { validate } from '../../http/validate.ts';
import { batchPath } from '../../kinds/paths.ts';
import { isRegistrable, type RegistrableSchema } from '../../kinds/schema.ts';
import { SCHEMAS } from '../../kinds/schemas.ts';
import type { RegisteredRecord } from '../../log/sequencer.ts';
import { type Json, parseJson } from '../../protocol/encoding/json.ts';
import { receiptJson } from '../../protocol/receipt.ts';
import { LedgerError } from '../../text/ledger-error.ts';
import { capitalized, Identifiers, ProblemBody, Receipt } from '../answers.ts';
import { answerLines } from '../batch-answers.ts';
import type { ServerContext } from '../context.ts';
import { EXAMPLES } from '../examples.ts';
import { define } from '../operation.ts';
import { RATES } from '../rates.ts';
import { IDEMPOTENCY_KEY, idempotencyKey, type KeyedRoute, MAX_REGISTRATION_BYTES, register } from '../registering.ts';

const MEDIA_TYPE = 'application/x-ndjson';

/** `POST /v1/<kind>/batch`: registrations, one a line, each answered once it is durable. */
export default SCHEMAS.filter(isRegistrable).map(batch);

function batch(schema: RegistrableSchema) {
  const { name } = schema.view;
  return define(
    {
      method: 'post',
      path: batchPath(schema.view),
      id: `register${capitalized(name)}Batch`,
      tag: 'registration',
      act: 'register',
      object: 'in-handler',
      summary: `Register many records of the kind ${name}; one line of answer for each line, in order`,
      description: 'Each line is answered by a receipt or a problem. The records are permanent.',
      rate: RATES.write,
      parameters: {
        header: IDEMPOTENCY_KEY,
        query: z.object({
          receipts: z.enum(['true', 'false']).optional().describe('`false`: identifiers instead of receipts'),
        }),
      },
      body: { mediaType: MEDIA_TYPE, schema: schema.batchLine, example: `${JSON.stringify(schema.sample)}\n` },
      answers: {
        200: {
          description: 'lines of receipts (or identifiers) and problems',
          content: {
            mediaType: MEDIA_TYPE,
            schema: z.union([Receipt, Identifiers, ProblemBody]),
            example: `${JSON.stringify(EXAMPLES.identifiers)}\n`,
          },
        },
      },
      problems: [
        'body-incomplete',
        'body-timeout',
        'media-type-unsupported',
        'idempotency-key-invalid',
        'validation-failed',
      ],
    },
    (parts) => async (request, response) => {
      requireMediaType(request, MEDIA_TYPE);
      const batchKey = idempotencyKey(request);
      const answer = request.query['receipts'] === 'false' ? identifiersOf : receiptsOf(parts);
      await answerLines(parts, request, response, async (line, number) => {
        const { idempotencyKey: own, ...value } = validate(schema.batchLine, parseLine(line));
        const keyed = keyOfLine(name, { batchKey, own, number });
        return answer(await register(parts, response, { schema, value, keyed }));
      });
    },
  );
}

interface LineKeys {
  readonly batchKey: string | undefined;
  readonly own: string | undefined;
  /** From 1. */
  readonly number: number;
}

/**
 * A line with a key of its own is the single registration with that key, so that lines may be put
 * into other batches when they are sent again.
 */
function keyOfLine(kind: string, { batchKey, own, number }: LineKeys): KeyedRoute | undefined {
  if (own !== undefined) return { route: kind, key: own };
  return batchKey === undefined ? undefined : { route: `${kind}/batch`, key: `${batchKey}:${number}` };
}

function parseLine(line: BodyLine): Json {
  if ('bytes' in line) return parseJson('line', line.bytes, MAX_REGISTRATION_BYTES);
  throw new LedgerError('line/body-too-large', { limit: MAX_REGISTRATION_BYTES });
}

function receiptsOf({ log }: ServerContext): (registered: RegisteredRecord) => Promise<Json> {
  return async (registered) => receiptJson(await log.receiptOf(registered));
}

function identifiersOf({ index, record }: RegisteredRecord): Json {
  const { id, number } = record.header;
  return { id, number, index: index.toString() };
}
