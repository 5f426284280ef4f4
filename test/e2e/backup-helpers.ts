import { createHash, randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Registers something small, as clients do; with content also uploads 20 kB of it. */
export async function register(to: { readonly url: string }, name: string, hasContent = false): Promise<Response> {
  const content = hasContent ? randomBytes(20_000) : Buffer.from(name);
  const digests = { sha256: createHash('sha256').update(content).digest('hex') };
  const body: Record<string, unknown> = { case: { number: 'backup' }, file: { name, size: content.length }, digests };
  if (hasContent) {
    const headers = { 'content-type': 'application/octet-stream' };
    const stored = await fetch(`${to.url}/v1/contents`, { method: 'POST', headers, body: content });
    body['uploadToken'] = ((await stored.json()) as { uploadToken: string }).uploadToken;
  }
  return fetch(`${to.url}/v1/evidence`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': name },
    body: JSON.stringify(body),
  });
}

export interface Manifest {
  readonly size: string;
  readonly root: string;
  readonly note: string;
  readonly contents: number;
  readonly files: readonly { readonly path: string; readonly size: number }[];
}

export function manifestIn(backup: string): Manifest {
  return JSON.parse(readFileSync(join(backup, 'manifest.json'), 'utf8')) as Manifest;
}

export function listFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
}
