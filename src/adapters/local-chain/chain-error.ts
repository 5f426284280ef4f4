/** What stops the local chain. Codes are stable; the texts are for people. */
export type ChainErrorCode =
  | 'chain-exists' // createChainFolder found a chain already there
  | 'chain-missing' // no chain.json, or no journal beside it
  | 'chain-exposed' // chain.json can be read by others than its owner
  | 'chain-settings-invalid'
  | 'journal-damaged' // a line is not what was written, or not where it was written
  | 'journal-failed' // a write or fsync failed: what is on disk is known again only after a restart
  | 'port-in-use';

export class ChainError extends Error {
  readonly code: ChainErrorCode;

  constructor(code: ChainErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ChainError';
    this.code = code;
  }
}

/** The code of an error, ours or the system's: 'locked', 'ENOENT' … */
export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
