import { pause } from '../client/pause.ts';
import { portableTreeHasher } from '../protocol/merkle/tree-hasher.ts';
import type { Platform } from './ports.ts';

/** The platform of Node and browsers alike: SHA-256 in JavaScript, the system's clock, `fetch`. */
export const portablePlatform: Platform = {
  hasher: portableTreeHasher,
  clock: {
    nowMs: () => Date.now(),
    monotonicMs: () => performance.now(),
    pause,
  },
  openConnections: undefined,
};
