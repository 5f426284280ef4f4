import { webPages } from '../../scripts/web-pages.ts';
import { VERIFY_POLICY } from '../../src/server/api/web-pages.ts';
import { serveLedger, type ServedLedger } from '../cli/served-ledger.ts';
import type { Page } from '../client/http-server.ts';
import type { TestLedger } from '../oracle/ledger.ts';

/**
 * The oracle's ledger with the pages: a service all of whose answers may be changed, also those of
 * its relay to the chain, `/v1/chain`.
 */
export async function servePages(ledger: TestLedger, size: number): Promise<ServedLedger> {
  const served = await serveLedger(ledger, size);
  for (const [name, content] of await webPages())
    served.lies.set(`/assets/${name}`, { body: content, headers: typeOf(name) });
  const html = served.lies.get('/assets/index.html')!;
  served.lies.set('/verify', { ...html, headers: { ...html.headers, 'content-security-policy': VERIFY_POLICY } });
  return served;
}

function typeOf(name: string): NonNullable<Page['headers']> {
  const types = { html: 'text/html; charset=utf-8', js: 'text/javascript', css: 'text/css' };
  return { 'content-type': types[name.split('.').at(-1) as keyof typeof types] ?? 'application/octet-stream' };
}
