import { connect } from 'node:net';

/** What came back on one connection until it ended. */
export interface RawAnswer {
  readonly text: string;
  /** Of each answer that came. */
  readonly statuses: readonly number[];
  readonly durationMs: number;
}

/**
 * Sends bytes as they are, and reads until the other side ends the connection or `timeoutMs` is
 * over.
 */
export function sendRaw(
  url: string,
  bytes: string | Uint8Array,
  { endsAfter = false, timeoutMs = 120_000 }: { readonly endsAfter?: boolean; readonly timeoutMs?: number } = {},
): Promise<RawAnswer> {
  const { hostname, port } = new URL(url);
  const startMs = performance.now();
  return new Promise((resolve) => {
    const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true });
    let text = '';
    const timeout = setTimeout(() => socket.destroy(), timeoutMs);
    socket.on('data', (data) => (text += data.toString('latin1')));
    socket.on('error', () => {}); // a reset is an end too
    socket.on('end', () => socket.end());
    socket.on('close', () => {
      clearTimeout(timeout);
      const statuses = [...text.matchAll(/^HTTP\/1\.1 ([0-9]{3}) /gm)].map(([, status]) => Number(status));
      resolve({ text, statuses, durationMs: performance.now() - startMs });
    });
    if (endsAfter) socket.end(bytes);
    else socket.write(bytes);
  });
}
