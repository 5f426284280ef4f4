/** An HTTP answer of the witness, by C2SP tlog-witness. */
export interface Answer {
  readonly status: 200 | 400 | 403 | 404 | 409 | 422 | 503;
  readonly contentType: string;
  readonly body: string;
}

const TEXT = 'text/plain; charset=utf-8';

export function answered(body: string): Answer {
  return { status: 200, contentType: TEXT, body };
}

/** A refusal. `code` is API, the reason is not. */
export function refused(status: Exclude<Answer['status'], 200 | 409>, code: string, reason: string): Answer {
  return { status, contentType: TEXT, body: `${code}: ${reason}\n` };
}

/** A refusal: the request builds on another size than the one that was cosigned last. */
export function conflict(storedSize: bigint): Answer {
  return { status: 409, contentType: 'text/x.tlog.size', body: `${storedSize}\n` };
}
