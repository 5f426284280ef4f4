import { hashFile } from './hash-file.ts';
import { PageJudge } from './judging.ts';
import { classifyAll } from './materials.ts';
import { Part } from './part.ts';
import type { PARTS as ServedParts } from './parts.ts';
import { Results, Verdict } from './view/results.tsx';

/** The parts of the page in one file, which it has from the start. */
export const PARTS: typeof ServedParts = {
  materials: new Part(async () => ({ classifyAll })),
  hashing: new Part(async () => ({ hashFile })),
  judging: new Part(async () => ({ PageJudge })),
  results: new Part(async () => ({ Results, Verdict })),
  qrReading: undefined,
};

/** Nothing is left to be loaded. */
export function loadAllParts(): void {}
