/** What the witness answers, as C2SP tlog-witness has it. */
export interface Answer {
  readonly status: 200 | 400 | 403 | 404 | 409 | 422 | 503;
  readonly contentType: string;
  readonly body: string;
}

const TEXT = 'text/plain; charset=utf-8';

export function answered(body: string): Answer {
  return { status: 200, contentType: TEXT, body };
}

/** `code` is API, the reason is not. */
export function refused(status: Exclude<Answer['status'], 200 | 409>, code: string, reason: string): Answer {
  return { status, contentType: TEXT, body: `${code}: ${reason}\n` };
}

/** The request builds on another size than the one that was cosigned last. */
export function conflict(storedSize: bigint): Answer {
  return { status: 409, contentType: 'text/x.tlog.size', body: `${storedSize}\n` };
}
