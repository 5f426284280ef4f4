/** An error answer of JSON-RPC 2.0. `data` is what a contract reverted with, 0x-hex. */
export class RpcError extends Error {
  readonly code: number;
  readonly data: string | undefined;

  constructor(code: number, message: string, options: { cause?: unknown; data?: string } = {}) {
    super(message, options);
    this.name = 'RpcError';
    this.code = code;
    this.data = options.data;
  }
}

/**
 * How an error is told to the client: the node's errors carry a code too, their `data` may be the
 * whole request.
 */
export function describeRpcError(error: unknown): { code: number; message: string; data?: string } {
  if (!(error instanceof Error)) return { code: -32603, message: String(error) };
  const code = 'code' in error && typeof error.code === 'number' ? error.code : -32603;
  const data =
    'data' in error && typeof error.data === 'string' && error.data.startsWith('0x') ? error.data : undefined;
  return { code, message: error.message, ...(data !== undefined && { data }) };
}
