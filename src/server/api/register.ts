import { readJsonBody } from '../../http/body.ts';
import { validate } from '../../http/validate.ts';
import { RECORDS_PATH, registrationPath } from '../../kinds/paths.ts';
import { isRegistrable, type RegistrableSchema } from '../../kinds/schema.ts';
import { SCHEMAS } from '../../kinds/schemas.ts';
import type { Json } from '../../protocol/encoding/json.ts';
import { receiptJson } from '../../protocol/receipt.ts';
import { capitalized, Receipt } from '../answers.ts';
import { EXAMPLES } from '../examples.ts';
import { define, jsonAnswer } from '../operation.ts';
import { RATES } from '../rates.ts';
import {
  IDEMPOTENCY_KEY,
  idempotencyKey,
  MAX_REGISTRATION_BYTES,
  register,
  REGISTRATION_PROBLEMS,
} from '../registering.ts';

/** `POST /v1/<kind>`: one registration, answered once it is durable. */
export default SCHEMAS.filter(isRegistrable).map(registration);

function registration(schema: RegistrableSchema) {
  const { name } = schema.view;
  return define(
    {
      method: 'post',
      path: registrationPath(schema.view),
      id: `register${capitalized(name)}`,
      tag: 'registration',
      act: 'register',
      object: 'in-handler',
      summary: `Register one record of the kind ${name}; answered once it is durable`,
      description:
        'The record is permanent: it is anchored on the chain, and nothing deletes it. ' +
        'Erasure is not offered yet: personal data belongs in contents, or in sections that can be withheld.',
      rate: RATES.write,
      parameters: { header: IDEMPOTENCY_KEY },
      body: { mediaType: 'application/json', schema: schema.registration, example: schema.sample as Json },
      answers: {
        201: jsonAnswer('the receipt', Receipt, EXAMPLES.receipt, {
          Location: 'the record',
          'Idempotent-Replayed': '`true` where the key was used before',
        }),
      },
      problems: REGISTRATION_PROBLEMS,
    },
    (parts) => async (request, response) => {
      const key = idempotencyKey(request);
      const body = await readJsonBody(request, MAX_REGISTRATION_BYTES, parts.fairQueue);
      const keyed = key === undefined ? undefined : { route: name, key };
      const registered = await register(parts, response, { schema, value: validate(schema.registration, body), keyed });
      const receipt = receiptJson(await parts.log.receiptOf(registered));
      if (registered.isReplayed) response.setHeader('Idempotent-Replayed', 'true');
      response.status(201).location(`${RECORDS_PATH}/${registered.record.header.id}`);
      // Not by Express, whose ETag costs a hash: nobody revalidates what was just made.
      response.setHeader('Content-Type', 'application/json; charset=utf-8');
      response.end(JSON.stringify(receipt));
    },
  );
}
