import { Part } from './part.ts';

/**
 * The parts of the served page. The page in one file has `parts-inlined.ts` in the place of this
 * module.
 */
export const PARTS = {
  materials: new Part(() => import('./materials.ts')),
  hashing: new Part(() => import('./hash-file.ts')),
  judging: new Part(() => import('./judging.ts')),
  results: new Part(() => import('./view/results.tsx')),
  /** Undefined where QR codes are not read. */
  qrReading: new Part(() => import('./read-qr.ts')) as Part<typeof import('./read-qr.ts')> | undefined,
};

/** Loads everything, so that the page goes on working when its service is gone. */
export function loadAllParts(): void {
  // what cannot be loaded now is asked for again when it is needed
  for (const part of Object.values(PARTS)) part?.load().catch(() => {});
}
