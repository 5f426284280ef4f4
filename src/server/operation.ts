import type { RequestHandler, Response } from 'express';
import * as z from 'zod';
import type { FairQueue } from '../http/fair-queue.ts';
import type { ProblemCode } from '../http/problem.ts';
import type { Route } from '../http/route-table.ts';
import type { Slots } from '../http/slots.ts';
import type { Act } from '../people/rights.ts';
import type { Json, JsonObject } from '../protocol/encoding/json.ts';
import type { Passwords } from './access/password.ts';
import type { LoginRequests } from './access/login-requests.ts';
import type { PendingSignIns } from './access/pending-sign-ins.ts';
import type { Providers, ProviderStep } from './access/providers.ts';
import type { PasswordSignIn } from './access/sign-in.ts';
import type { AnchorTransactions } from './anchor-transactions.ts';
import type { ServerContext } from './context.ts';
import type { Metrics } from './metrics.ts';
import type { PublishedRecords } from './published-records.ts';

/** One operation of the HTTP interface. Routing, limits, metrics and OpenAPI are made from it. */
export interface Operation extends Route {
  /** `operationId` of the OpenAPI document. */
  readonly id: string;
  readonly tag: Tag;
  /** What the caller does; `public`: everybody may. */
  readonly act: Act | 'public';
  /**
   * What the act is about: the record of the path's `id`, or something that the handler finds in
   * the request and judges by `requireRight`, or the session that the request comes with, which an
   * API key is not. Undefined: the role alone decides.
   */
  readonly object?: 'record' | 'in-handler' | 'session';
  /** Strangers get this far as well, and the handler answers them what is public. */
  readonly isOpenToStrangers?: true;
  /** A part of a page; left out of the OpenAPI document. */
  readonly isHidden?: true;
  readonly summary: string;
  readonly description?: string;
  readonly parameters?: {
    readonly path?: z.ZodObject;
    readonly query?: z.ZodObject;
    readonly header?: z.ZodObject;
  };
  readonly body?: Content;
  /** By HTTP status. */
  readonly answers: Readonly<Record<number, Answer>>;
  /** In addition to those that every request can meet. */
  readonly problems?: readonly ProblemCode[];
}

/** The body of a request or of an answer. */
export interface Content {
  readonly mediaType: string;
  /** Undefined: any bytes. */
  readonly schema?: z.ZodType;
  /** A whole body: JSON, or the text of another media type. */
  readonly example: Json;
}

export interface Answer {
  readonly description: string;
  /** Undefined: no body. */
  readonly content?: Content;
  /** Name to description. */
  readonly headers?: Readonly<Record<string, string>>;
}

export const TAGS = {
  registration: 'Uploads and registrations. A registration is permanent: it can be corrected, never deleted.',
  records: 'What was registered: look-ups, receipts and contents.',
  verification: "The service's own verdict; a client that does not trust the service verifies without it.",
  log: 'The log as C2SP tlog-tiles, its anchors, and the keys to verify it with.',
  people: 'Organisations, persons, cases and grants, and the sessions of those who have signed in.',
  service: 'Health, metrics, and this document.',
} as const;
export type Tag = keyof typeof TAGS;

/** What handlers work with: the parts of the ledger, and what all requests of one service share. */
export interface ServerParts extends ServerContext {
  readonly fairQueue: FairQueue;
  /** Listings of long pages, which take memory for as long as they take. */
  readonly longListings: Slots;
  readonly anchorTransactions: AnchorTransactions;
  /** Batches that are being answered. */
  readonly batches: Set<Response>;
  readonly metrics: Metrics;
  readonly passwords: Passwords;
  readonly signIn: PasswordSignIn;
  readonly publishedRecords: PublishedRecords;
  readonly loginRequests: LoginRequests;
  /** Passkeys of which the browser is asked; of a session where one is added. */
  readonly passkeySteps: PendingSignIns<{ readonly challenge: Uint8Array; readonly session: string | undefined }>;
  readonly providers: Providers;
  /** Browsers that are at a provider. */
  readonly providerSteps: PendingSignIns<ProviderStep>;
  /** The OpenAPI document. */
  readonly document: () => JsonObject;
}

/** An operation with its handler. */
export interface DefinedOperation extends Operation {
  /** Called once for each service. */
  readonly handler: (parts: ServerParts) => RequestHandler;
}

/** Defines one operation; a file of `api/` exports it, or a list of them, as its default. */
export function define(operation: Operation, handler: DefinedOperation['handler']): DefinedOperation {
  return { ...operation, handler };
}

/** An answer with a JSON body. */
export function jsonAnswer(
  description: string,
  schema: z.ZodType,
  example: Json,
  headers?: Readonly<Record<string, string>>,
): Answer {
  const content = { mediaType: 'application/json', schema, example };
  return headers === undefined ? { description, content } : { description, content, headers };
}

export const ETAG = { ETag: 'changes when the answer changes' };
export const NOT_MODIFIED: Answer = { description: 'not changed since that ETag' };

/** The path parameter of a single record. */
export const RECORD_ID = z.object({ id: z.string().describe('id of the record, a UUID') });

/** The header of a conditional request. */
export const CONDITIONAL = z.object({
  'If-None-Match': z.string().optional().describe('ETag of an earlier answer'),
});

/** The query parameter of a page. */
export const PAGE_LANGUAGE = z.strictObject({
  lang: z.enum(['zh', 'en']).optional().describe('of the page; without it the language that the request prefers'),
});
