import * as z from 'zod';
import { readJsonBody } from '../../http/body.ts';
import { goneSignal } from '../../http/gone.ts';
import { validate } from '../../http/validate.ts';
import { hex64 } from '../../kinds/sections/schema.ts';
import type { Json } from '../../protocol/encoding/json.ts';
import { parseReceipt, readReceipt, receiptJson } from '../../protocol/receipt.ts';
import type { FileFacts } from '../../protocol/verify/record-steps.ts';
import type { Report as VerificationReport } from '../../protocol/verify/report.ts';
import { worstVerdict } from '../../protocol/verify/verdict.ts';
import type { LedgerRecord } from '../../log/model.ts';
import { LedgerError } from '../../text/ledger-error.ts';
import { ERRORS } from '../../text/errors.ts';
import { Judge } from '../../verifier/judge.ts';
import { identify, mayLook, requireRight } from '../access/authorize.ts';
import { logSearch } from '../access/log-access.ts';
import { Report, Reports } from '../answers.ts';
import type { ServerContext } from '../context.ts';
import { EXAMPLES } from '../examples.ts';
import { define, jsonAnswer, type ServerParts } from '../operation.ts';
import { RATES } from '../rates.ts';
import { recordFor } from '../records.ts';

/**
 * Above the receipt of the largest registration, with room for cosignatures. Other requests wait
 * while a body is parsed.
 */
const MAX_VERIFY_BYTES = 256 * 1024;
/** Records that one answer judges, oldest first; `more` states that there are others. */
const MAX_RECORDS = 25;

const Question = z
  .strictObject({
    receipt: z.unknown().optional().meta({ type: 'object', description: 'a receipt of this log' }),
    digests: z.strictObject({ sha256: hex64, sm3: hex64.optional() }).optional(),
    size: z.number().int().min(0).optional().describe('of the file, in bytes'),
  })
  .meta({ id: 'Question', description: 'A receipt, the digests of a file, or both.' });

export default define(
  {
    method: 'post',
    path: '/v1/verify',
    id: 'verify',
    tag: 'verification',
    act: 'public',
    summary: "The service's verdict on a receipt, digests or both",
    description:
      'A receipt also verifies without the service, for those who do not trust it. ' +
      'In a ledger with accounts, digests without a receipt need a sign-in, and find what the caller may look at.',
    rate: RATES.verify,
    body: { mediaType: 'application/json', schema: Question, example: EXAMPLES.question },
    answers: {
      200: jsonAnswer('a report, or one for each record with the digest', z.union([Report, Reports]), EXAMPLES.reports),
    },
    problems: [
      'json-invalid',
      'validation-failed',
      'body-incomplete',
      'body-timeout',
      'body-too-large',
      'media-type-unsupported',
      'index-damaged',
      'sign-in-required',
      'credential-invalid',
      'forbidden',
      'access-log-full',
    ],
  },
  (parts) => async (request, response) => {
    const body = await readJsonBody(request, MAX_VERIFY_BYTES, parts.fairQueue);
    const { receipt, digests, size } = validate(Question, body);
    const file = digests && { ...digests, size };
    if (receipt !== undefined) {
      const { report } = await judgeOf(parts).judge(readReceipt(receipt as Json), file);
      response.json({ by: 'server', ...report });
      return;
    }
    if (file === undefined) {
      const detail = ERRORS['verification/validation-failed'];
      throw new LedgerError('verification/validation-failed', {
        errors: [{ pointer: '', code: 'member-missing', detail }],
      });
    }
    const caller = identify(parts, request, response);
    requireRight(parts, response, 'search', undefined);
    await logSearch(parts, response);
    const mayBeShown = (record: LedgerRecord) => caller.kind === 'local' || mayLook(parts, response, record);
    const { reports, more } = await judgeByDigest(parts, file, mayBeShown, goneSignal(response));
    response.json({ by: 'server', verdict: worstVerdict(reports.map(({ verdict }) => verdict)), reports, more });
  },
);

/**
 * A judge of one request: by the operator's own trust file and nodes, at the time of the service.
 */
function judgeOf({ trust, askChain, hash, clock }: ServerContext): Judge {
  return new Judge({
    trustFor: () => ({ trust: { source: 'server', value: trust() } }),
    askNodes: askChain,
    log: undefined,
    sha256: hash,
    nowMs: clock,
  });
}

/** Judges one record after the other, in turn with other requests. */
async function judgeByDigest(
  parts: ServerParts,
  file: FileFacts,
  mayBeShown: (record: LedgerRecord) => boolean,
  gone: AbortSignal,
): Promise<{ readonly reports: VerificationReport[]; readonly more: boolean }> {
  const { log, fairQueue } = parts;
  const judge = judgeOf(parts);
  const lookup = { by: 'sha256', value: file.sha256 };
  const indexes = await log.store.indexesOf(lookup, 0n, MAX_RECORDS + 1);
  const reports: VerificationReport[] = [];
  for (const index of indexes.slice(0, MAX_RECORDS)) {
    await fairQueue.next();
    gone.throwIfAborted();
    const record = await recordFor(parts, index, lookup);
    if (!mayBeShown(record)) continue;
    const receipt = receiptJson(await log.newestReceipt(index, record));
    reports.push((await judge.judge(parseReceipt(JSON.stringify(receipt)), file)).report);
  }
  return { reports, more: indexes.length > MAX_RECORDS };
}
