import type { Request } from 'express';
import type { core, ZodType } from 'zod';
import { type Json, parseJson } from '../protocol/encoding/json.ts';
import { DETAILS, MEMBER_RULES, type MemberRule } from '../text/problem-details.ts';
import { bilingual, type Message } from '../text/message.ts';
import { isMemberRule } from '../evidence/member-rule.ts';
import { Problem, type ProblemError } from './problem.ts';
import type { FairQueue } from './fair-queue.ts';

/** How request bodies are read: bounded in size and time, whole or not at all. */

/** Demands one media type; parameters (charset) are let pass. Compressed bodies are refused. */
export function requireMediaType(request: Request, mediaType: string): void {
  const given = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  if (given !== mediaType) {
    throw new Problem(
      'media-type-unsupported',
      bilingual(DETAILS.mediaType, { found: given ?? DETAILS.nothingGiven, expected: mediaType }),
    );
  }
  requireUncompressed(request);
}

export function requireUncompressed(request: Request): void {
  const encoding = request.headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity') {
    throw new Problem('media-type-unsupported', bilingual(DETAILS.contentEncoding, { found: encoding.slice(0, 40) }));
  }
}

/** Up to this size a body is parsed at once. */
const SMALL_BODY_BYTES = 4096;

/** The whole body as strict JSON; large ones are parsed in turns. */
export async function readJsonBody(request: Request, limitBytes: number, fairQueue: FairQueue): Promise<Json> {
  requireMediaType(request, 'application/json');
  const body = await readBody(request, limitBytes);
  if (body.length > SMALL_BODY_BYTES) await fairQueue.next();
  return parseJson('request body', body, limitBytes);
}

/**
 * The whole body. By events: most bodies are one chunk, and an iterator over them costs more than
 * what is done with it.
 */
export async function readBody(request: Request, limitBytes: number): Promise<Uint8Array> {
  const tooLarge = () => new Problem('body-too-large', bilingual(DETAILS.bodyTooLarge, { limit: limitBytes }));
  if (Number(request.headers['content-length'] ?? 0) > limitBytes) throw tooLarge();
  const chunks: Buffer[] = [];
  let length = 0;
  await new Promise<void>((resolve, reject) => {
    const take = (chunk: Buffer) => {
      length += chunk.length;
      chunks.push(chunk);
      if (length > limitBytes) stop(tooLarge());
    };
    const end = () => stop();
    const stop = (error?: unknown) => {
      request.off('data', take).off('end', end).off('close', end).off('error', stop);
      if (error === undefined) resolve();
      else {
        request.pause(); // the connection stays open, so that the refusal can still be answered
        reject(error);
      }
    };
    request.on('data', take).on('end', end).on('close', end).on('error', stop);
  });
  if (!request.complete) throw new Problem('body-incomplete', DETAILS.bodyIncomplete);
  return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
}

/**
 * The chunks of a body as they come. Ending early leaves the connection open, so that the refusal
 * can still be answered.
 */
export function chunksOf(request: Request): AsyncIterable<Buffer> {
  return { [Symbol.asyncIterator]: () => request.iterator({ destroyOnReturn: false }) as AsyncIterator<Buffer> };
}

/** One line of a body of lines, or that it was too long to be kept. */
export type BodyLine = { readonly bytes: Uint8Array } | { readonly tooLong: true };

const NEWLINE = 0x0a;

/**
 * Lines of a streamed body, without their newlines; empty ones are left out. A last line without a
 * newline counts, if the body is complete.
 */
export async function* readBodyLines(request: Request, limitBytes: number): AsyncGenerator<BodyLine> {
  let rest: Buffer[] = [];
  let restLength = 0;
  const line = (): BodyLine => (restLength > limitBytes ? { tooLong: true } : { bytes: Buffer.concat(rest) });
  for await (const chunk of chunksOf(request)) {
    let begin = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, begin)) {
      restLength += end - begin;
      if (restLength <= limitBytes) rest.push(chunk.subarray(begin, end));
      if (restLength > 0) yield line();
      rest = [];
      restLength = 0;
      begin = end + 1;
    }
    restLength += chunk.length - begin;
    if (restLength <= limitBytes) rest.push(chunk.subarray(begin));
    else rest = [];
  }
  if (!request.complete) throw new Problem('body-incomplete', DETAILS.bodyIncomplete);
  if (restLength > 0) yield line();
}

/** Validates parsed JSON; what is wrong is listed with pointers. */
export function validate<T>(schema: ZodType<T>, value: Json): T {
  const result = schema.safeParse(value, { reportInput: true });
  if (result.success) return result.data;
  const errors = result.error.issues.slice(0, 20).flatMap((issue): ProblemError[] => {
    if (issue.code !== 'unrecognized_keys') {
      return [{ pointer: pointerOf(issue.path), ...ruleOf(issue) }];
    }
    return issue.keys.map((key) => ({
      pointer: pointerOf([...issue.path, key]),
      code: 'member-unknown',
      detail: MEMBER_RULES['member-unknown'],
    }));
  });
  const { pointer, detail: reason } = errors[0]!;
  const where = pointer === '' ? DETAILS.wholeBody : pointer;
  throw new Problem('validation-failed', bilingual(DETAILS.member, { pointer: where, reason }), errors);
}

/** The rule of ours that a schema names, else the kind of rule that was broken. */
function ruleOf(issue: core.$ZodIssue): { readonly code: string; readonly detail: Message } {
  const code = codeOf(issue);
  if (isMemberRule(issue.message)) return { code, detail: MEMBER_RULES[issue.message] };
  if (code !== 'type-wrong') return { code, detail: MEMBER_RULES[code] };
  return { code, detail: bilingual(MEMBER_RULES[code], { expected: 'expected' in issue ? issue.expected : '' }) };
}

/** Our names for what the validator found: its own are not ours to promise. */
function codeOf(issue: core.$ZodIssue): MemberRule {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined ? 'member-missing' : 'type-wrong';
    case 'too_small':
      return 'too-small';
    case 'too_big':
      return 'too-large';
    case 'invalid_format':
      return 'format-wrong';
    default:
      return 'value-wrong';
  }
}

/** RFC 6901. */
function pointerOf(path: readonly PropertyKey[]): string {
  return path.map((name) => `/${String(name).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
