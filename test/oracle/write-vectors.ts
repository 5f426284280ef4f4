// Writes test/vectors/*.json, with the same bytes each time.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { vectorFiles } from './vectors.ts';

for (const [name, file] of Object.entries(vectorFiles())) {
  writeFileSync(join(import.meta.dirname, '../vectors', name), `${JSON.stringify(file, null, 1)}\n`);
}
