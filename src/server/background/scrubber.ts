import { type Message } from '../../text/message.ts';
import { setTimeout as delay } from 'node:timers/promises';
import type { REPAIR_STEPS } from '../../text/operator.ts';
import { startHeartbeat } from '../../http/heartbeat.ts';

/** Damage, with the place of it as far as it has one. */
export interface Finding {
  readonly code: string;
  readonly message: Message;
  readonly file?: string;
  readonly offset?: number;
  readonly seq?: number;
  readonly record?: bigint;
  readonly key?: string;
  readonly repair?: keyof typeof REPAIR_STEPS;
}

export interface ScrubHealth {
  /** Times that everything was read since the start. */
  readonly passes: number;
  /** Damaged places that were found since the start. */
  readonly findings: number;
  /** When everything had been read last, also before the start; ISO 8601. */
  readonly lastPassAt?: string;
}

/** What outlives a restart: one that comes often shall not keep the end from ever being read. */
export interface ScrubMemory {
  /** Unix milliseconds. */
  readonly lastPassMs?: number;
  /** Where the pass that is under way has come to. */
  readonly position?: string;
}

export interface ScrubberParts {
  readonly bytesPerSecond: number;
  /** Reads everything from there on once, telling how much. */
  readonly walk: (from: string | undefined, watch: WalkWatch) => Promise<void>;
  readonly recall: () => Promise<ScrubMemory>;
  readonly remember: (memory: ScrubMemory) => Promise<void>;
  /** Unix milliseconds. */
  readonly clock: () => number;
  /** Each place once. */
  readonly onFinding: (finding: Finding) => void;
  readonly onError: (error: unknown) => void;
}

export interface WalkWatch {
  readonly onRead: (bytes: number) => Promise<void>;
  readonly onFinding: (finding: Finding) => void;
  readonly onPosition: (position: () => string) => void;
}

const PAUSE_MS = 3_600_000;
const REMEMBER_EVERY_MS = 30_000;
/** Told one by one; further ones are the same disk dying. */
const MAX_FINDINGS = 1000;
const SLICE_MS = 50;

/**
 * Reads everything again and again at a bounded rate: damage is to be found while there is a good
 * copy left, not when it is asked for.
 */
export function startScrubber(parts: ScrubberParts): { health(): ScrubHealth; stop(): Promise<void> } {
  const { bytesPerSecond, walk, recall, remember, clock, onFinding, onError } = parts;
  const known = new Set<string>();
  const stopping = new AbortController();
  let passes = 0;
  let memory: ScrubMemory | undefined;
  const tell = (finding: Finding) => {
    const { code, file, offset, seq, record, key } = finding;
    const place = [code, file, offset, seq, record, key].join('\n');
    if (known.has(place) || known.size >= MAX_FINDINGS) return;
    known.add(place);
    onFinding(finding);
  };
  const pass = async () => {
    memory ??= await recall();
    let owedMs = 0;
    const onRead = async (bytes: number) => {
      stopping.signal.throwIfAborted();
      owedMs += (bytes / bytesPerSecond) * 1000;
      if (owedMs < SLICE_MS) return;
      const waitMs = owedMs;
      owedMs = 0;
      await delay(waitMs, undefined, { signal: stopping.signal });
    };
    let position: (() => string) | undefined;
    let rememberedAtMs = performance.now();
    const keep = async () => {
      if (position === undefined) return;
      memory = { ...memory, position: position() };
      await remember(memory);
    };
    const watch: WalkWatch = {
      onRead: async (bytes) => {
        await onRead(bytes);
        if (performance.now() - rememberedAtMs < REMEMBER_EVERY_MS) return;
        rememberedAtMs = performance.now();
        await keep();
      },
      onFinding: tell,
      onPosition: (reached) => (position = reached),
    };
    const { position: from } = memory;
    try {
      await walk(from, watch);
      passes++;
      memory = { lastPassMs: clock() };
      await remember(memory);
      if (from !== undefined) return 0; // what lies before it was read by another process, who knows when
    } catch (error) {
      await keep();
      if (!stopping.signal.aborted) onError(error); // the next pass goes on from there
    }
    return PAUSE_MS;
  };
  const heartbeat = bytesPerSecond > 0 ? startHeartbeat(pass) : undefined;
  return {
    health: () => ({
      passes,
      findings: known.size,
      ...(memory?.lastPassMs !== undefined && { lastPassAt: new Date(memory.lastPassMs).toISOString() }),
    }),
    async stop() {
      stopping.abort();
      await heartbeat?.stop();
    },
  };
}
