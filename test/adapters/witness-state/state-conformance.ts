import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { RegisteringState } from '../../../src/witness/ports.ts';
import { foreignLog } from '../../witness/foreign-log.ts';
import { cosignedAt } from '../../witness/signer.ts';

export interface StateFactory {
  create(): Promise<RegisteringState>;
  /** The same state as after a restart, where it outlives one. */
  reopen(state: RegisteringState): Promise<RegisteringState>;
  end(): Promise<void>;
}

/** What every WitnessState keeps. */
export function describeState(name: string, factory: StateFactory): void {
  describe(`WitnessState: ${name}`, () => {
    const log = foreignLog('log.example/a');
    const other = foreignLog('go.sum database tree');
    const { origin } = log;
    let state: RegisteringState;

    beforeEach(async () => {
      state = await factory.create();
      await state.register(origin);
      await state.register(other.origin);
    });
    afterEach(() => factory.end());

    test('a registered log has no checkpoint yet', async () => {
      expect(await state.latest(origin)).toBeUndefined();
      state = await factory.reopen(state);
      expect(await state.latest(origin)).toBeUndefined();
    });

    test('a log that was not registered is missing, not empty', async () => {
      const missing = expect.objectContaining({ name: 'LedgerError', code: 'state-missing' });
      await expect(state.latest('log.example/never')).rejects.toEqual(missing);
      await expect(state.advance('log.example/never', 0n, cosignedAt(log, 1))).rejects.toEqual(missing);
      await expect(state.latest('log.example/never')).rejects.toEqual(missing);
    });

    test('advances from the stored size, and stores the whole checkpoint', async () => {
      for (const [from, to] of [
        [0, 3],
        [3, 8],
        [8, 8],
      ] as const) {
        expect(await state.advance(origin, BigInt(from), cosignedAt(log, to))).toBe(true);
        expect(await state.latest(origin)).toEqual(cosignedAt(log, to));
        state = await factory.reopen(state);
        expect(await state.latest(origin)).toEqual(cosignedAt(log, to));
      }
      expect(await state.latest(other.origin)).toBeUndefined();
    });

    test('does not advance from another size', async () => {
      expect(await state.advance(origin, 1n, cosignedAt(log, 3))).toBe(false);
      expect(await state.latest(origin)).toBeUndefined();
      await state.advance(origin, 0n, cosignedAt(log, 3));
      for (const expected of [0n, 2n, 4n])
        expect(await state.advance(origin, expected, cosignedAt(log, 5))).toBe(false);
      expect(await state.latest(origin)).toEqual(cosignedAt(log, 3));
    });

    test('a checkpoint of size 0 counts as one', async () => {
      expect(await state.advance(origin, 0n, cosignedAt(log, 0))).toBe(true);
      expect(await state.latest(origin)).toEqual(cosignedAt(log, 0));
      expect(await state.advance(origin, 0n, cosignedAt(log, 4))).toBe(true);
    });

    test('of many concurrent advances one succeeds', async () => {
      const sizes = Array.from({ length: 40 }, (_, i) => i + 1);
      const results = await Promise.all(sizes.map((size) => state.advance(origin, 0n, cosignedAt(log, size))));
      expect(results.filter(Boolean)).toHaveLength(1);
      const winner = sizes[results.indexOf(true)]!;
      expect(await state.latest(origin)).toEqual(cosignedAt(log, winner));
    });

    test('registering again keeps the stored checkpoint', async () => {
      await state.advance(origin, 0n, cosignedAt(log, 6));
      await state.register(origin);
      expect(await state.latest(origin)).toEqual(cosignedAt(log, 6));
    });
  });
}
