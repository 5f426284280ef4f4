import type { Lang } from '../../text/message.ts';
import { LANGUAGE_TAGS } from '../../text/language.ts';

/** Why a request has no answer that can be used. */
export class Refusal extends Error {
  /** The problem's own, or `unreachable` or `unreadable`. */
  readonly code: string;
  /** The service's sentence, in the language `lang`. */
  readonly detail: string;
  readonly lang: Lang;
  readonly requestId: string | undefined;

  constructor(code: string, detail: string, lang: Lang, requestId?: string) {
    super(code);
    [this.code, this.detail, this.lang, this.requestId] = [code, detail, lang, requestId];
  }
}

/** Asks the service of this page; undefined for an answer without a body. Throws `Refusal`. */
export type Call = <T>(method: 'GET' | 'POST', path: string, body?: object) => Promise<T>;

/** Requests whose answers are in this language. */
export function callsIn(lang: Lang): Call {
  return async <T>(method: 'GET' | 'POST', path: string, body?: object) => {
    const headers = {
      'Accept-Language': LANGUAGE_TAGS[lang],
      ...(body !== undefined && { 'Content-Type': 'application/json' }),
    };
    let response: Response;
    try {
      response = await fetch(path, {
        method,
        headers,
        redirect: 'error',
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
    } catch {
      throw new Refusal('unreachable', '', lang);
    }
    const requestId = response.headers.get('X-Request-Id') ?? undefined;
    if (response.status === 204) return undefined as T;
    const answer: unknown = await response.json().catch(() => undefined);
    if (response.ok && typeof answer === 'object') return answer as T;
    const { code, detail } = (answer ?? {}) as Readonly<Record<string, unknown>>;
    if (typeof code === 'string' && typeof detail === 'string') throw new Refusal(code, detail, lang, requestId);
    throw new Refusal('unreadable', '', lang, requestId);
  };
}
