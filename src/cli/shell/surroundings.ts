/** What a run of the program gets from the process around it; nothing else of it is global. */
export interface Surroundings {
  readonly stdin: AsyncIterable<Uint8Array>;
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  readonly env: NodeJS.ProcessEnv;
  /** The settings file of this machine; undefined: it has none. */
  readonly machineConfig?: string | undefined;
  /** Takes these signals over from the system; the result is aborted when one of them arrives. */
  readonly abortOn: (...signals: readonly NodeJS.Signals[]) => AbortSignal;
}

/** A stream for text or data; a terminal also has the number of its columns. */
export type OutputStream = NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number };
