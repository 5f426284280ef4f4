import { Router } from 'express';
import { z } from 'zod';
import { rule } from '../../evidence/member-rule.ts';
import type { Json, JsonObject } from '../../protocol/encoding/json.ts';
import { parseReceipt, type ParsedReceipt, readReceipt, receiptJson } from '../../protocol/receipt.ts';
import type { FileFacts } from '../../protocol/verify/record-steps.ts';
import type { Report } from '../../protocol/verify/report.ts';
import { worstVerdict } from '../../protocol/verify/verdict.ts';
import { questionsFor, verifyReceipt } from '../../protocol/verify/verifier.ts';
import { DETAILS } from '../../text/problem-details.ts';
import { readJsonBody, validate } from '../../http/body.ts';
import type { ServerContext } from '../context.ts';
import { Problem } from '../../http/problem.ts';
import type { FairQueue } from '../../http/fair-queue.ts';

/**
 * The receipt of the largest registration, with room for cosignatures. What is parsed at once keeps
 * all others waiting.
 */
const MAX_VERIFY_BYTES = 256 * 1024;
/** Judged in one answer, oldest first; that there are more is said. */
const MAX_RECORDS = 25;
const digest = z.string().regex(/^[0-9a-f]{64}$/, rule('hex64'));
export const Question = z.strictObject({
  receipt: z.unknown().optional(),
  digests: z.strictObject({ sha256: digest, sm3: digest.optional() }).optional(),
  size: z.number().int().min(0).optional(),
});

/**
 * `POST /v1/verify`: the service's own verdict. Whoever does not trust the service verifies without
 * it.
 */
export function verifyRoutes(context: ServerContext, fairQueue: FairQueue): Router {
  const router = Router({ strict: true, caseSensitive: true });
  router.post('/verify', async (request, response) => {
    const { receipt, digests, size } = validate(Question, await readJsonBody(request, MAX_VERIFY_BYTES, fairQueue));
    const file = digests && { ...digests, ...(size !== undefined && { size }) };
    if (receipt !== undefined) {
      response.json({ by: 'server', ...(await verify(context, readReceipt(receipt as Json), fileFacts(file))) });
      return;
    }
    if (file === undefined) {
      const detail = DETAILS.receiptOrDigests;
      throw new Problem('validation-failed', detail, [{ pointer: '', code: 'member-missing', detail }]);
    }
    const { reports, more } = await verifyByDigest(context, fairQueue, fileFacts(file)!);
    response.json({ by: 'server', verdict: worstVerdict(reports.map(({ verdict }) => verdict)), reports, more });
  });
  return router;
}

async function verify(context: ServerContext, receipt: ParsedReceipt, file: FileFacts | undefined): Promise<Report> {
  const trust = context.trust();
  const chain = await context.askChain(questionsFor(receipt, trust));
  return verifyReceipt({
    receipt,
    trust: { source: 'server', value: trust },
    chain,
    hash: context.hash,
    nowMs: context.clock(),
    ...(file !== undefined && { file }),
  });
}

/** One record after the other, in turns with everybody else. */
async function verifyByDigest(
  context: ServerContext,
  fairQueue: FairQueue,
  file: FileFacts,
): Promise<{ readonly reports: Report[]; readonly more: boolean }> {
  const { log } = context;
  const indexes = await log.store.indexesOf({ by: 'sha256', value: file.sha256 }, 0n, MAX_RECORDS + 1);
  const reports: Report[] = [];
  for (const index of indexes.slice(0, MAX_RECORDS)) {
    await fairQueue.next();
    const record = await log.store.record(index);
    const receipt: JsonObject = receiptJson(await log.newestReceipt(index, record!));
    reports.push(await verify(context, parseReceipt(JSON.stringify(receipt)), file));
  }
  return { reports, more: indexes.length > MAX_RECORDS };
}

function fileFacts(
  file: { sha256: string; sm3?: string | undefined; size?: number } | undefined,
): FileFacts | undefined {
  if (file === undefined) return undefined;
  const { sha256, sm3, size } = file;
  return { sha256, ...(sm3 !== undefined && { sm3 }), ...(size !== undefined && { size }) };
}
