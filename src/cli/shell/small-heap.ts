import { setFlagsFromString } from 'node:v8';

/**
 * Makes V8 collect garbage before its heap grows, for a command that handles 100,000 files: most of
 * what it allocates for each of them is garbage at once, and V8 would rather take memory.
 */
export function keepHeapSmall(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
  setFlagsFromString('--heap-growing-percent=20');
}
