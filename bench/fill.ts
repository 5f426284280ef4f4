import { registration } from './bench.ts';

const LINES = 20_000;

/** Registers `records` records by batches; resolves to the ids of the first ones. */
export async function fill(url: string, records: number, keep = 5000): Promise<string[]> {
  const ids: string[] = [];
  for (let done = 0; done < records; done += LINES) {
    const body = Array.from({ length: Math.min(LINES, records - done) }, () => registration().body).join('\n');
    const answer = await fetch(`${url}/v1/evidence/batch?receipts=false`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-ndjson' },
      body,
    });
    const text = await answer.text();
    if (ids.length >= keep) continue;
    for (const line of text.trimEnd().split('\n')) {
      const { id } = JSON.parse(line) as { readonly id?: string };
      if (id === undefined) throw new Error(`a line of the batch was refused: ${line}`);
      if (ids.length < keep) ids.push(id);
    }
  }
  return ids;
}
