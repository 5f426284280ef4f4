import { setTimeout as delay } from 'node:timers/promises';
import { startHeartbeat } from './heartbeat.ts';

/** Damage, with the place of it as far as it has one. */
export interface Finding {
  readonly code: string;
  readonly message: string;
  readonly file?: string;
  readonly offset?: number;
  readonly seq?: number;
  readonly record?: bigint;
  readonly key?: string;
  readonly repair?: string;
}

export interface ScrubHealth {
  /** Times that everything was read since the start. */
  readonly passes: number;
  /** Damaged places that were found since the start. */
  readonly findings: number;
}

export interface ScrubberParts {
  readonly bytesPerSecond: number;
  /** Reads everything once, telling how much. */
  readonly walk: (onRead: (bytes: number) => Promise<void>, onFinding: (finding: Finding) => void) => Promise<void>;
  /** Each place once. */
  readonly onFinding: (finding: Finding) => void;
  readonly onError: (error: unknown) => void;
}

const PAUSE_MS = 3_600_000;
/** Told one by one; further ones are the same disk dying. */
const MAX_FINDINGS = 1000;
const SLICE_MS = 50;

/** Reads everything again and again at a bounded rate: damage is to be found while there is a good copy left, not when it is asked for. */
export function startScrubber({ bytesPerSecond, walk, onFinding, onError }: ScrubberParts): {
  health(): ScrubHealth;
  stop(): Promise<void>;
} {
  const known = new Set<string>();
  const stopping = new AbortController();
  let passes = 0;
  const tell = (finding: Finding) => {
    const { code, file, offset, seq, record, key } = finding;
    const place = [code, file, offset, seq, record, key].join('\n');
    if (known.has(place) || known.size >= MAX_FINDINGS) return;
    known.add(place);
    onFinding(finding);
  };
  const pass = async () => {
    let owedMs = 0;
    const onRead = async (bytes: number) => {
      stopping.signal.throwIfAborted();
      owedMs += (bytes / bytesPerSecond) * 1000;
      if (owedMs < SLICE_MS) return;
      const waitMs = owedMs;
      owedMs = 0;
      await delay(waitMs, undefined, { signal: stopping.signal });
    };
    try {
      await walk(onRead, tell);
      passes++;
    } catch (error) {
      if (!stopping.signal.aborted) onError(error); // the next pass begins anew
    }
    return PAUSE_MS;
  };
  const heartbeat = bytesPerSecond > 0 ? startHeartbeat(pass) : undefined;
  return {
    health: () => ({ passes, findings: known.size }),
    async stop() {
      stopping.abort();
      await heartbeat?.stop();
    },
  };
}
