import { createReadStream, readFileSync, statSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { stripTypeScriptTypes } from 'node:module';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';

const ROOT = join(import.meta.dirname, '..', '..');

/** Where a browser finds the packages that the verifier imports. */
const IMPORTS = {
  '@noble/hashes/': '/node_modules/@noble/hashes/',
  '@noble/curves/': '/node_modules/@noble/curves/',
  '@scure/base': '/node_modules/@scure/base/index.js',
};
/** The folders of sources that run in a browser. */
const SERVED = /^\/(?:src\/(?:sdk|protocol|kinds|client|verifier|text)|node_modules)\//;
/** The entry points are `protocol` and `verifier` in the page once they are loaded. */
const PAGE = `<!doctype html>
<meta charset="utf-8">
<script type="importmap">${JSON.stringify({ imports: IMPORTS })}</script>
<script type="module">
import * as protocol from '/src/sdk/protocol.ts';
import * as verifier from '/src/sdk/verifier.ts';
Object.assign(globalThis, { protocol, verifier });
</script>`;

/**
 * Serves the sources as they are, without their types, and the packages that they import: no
 * bundler between what is tested and what runs.
 */
export class ModuleServer {
  readonly #server: Server = createServer((request, response) => {
    const path = normalize(new URL(request.url!, 'http://localhost').pathname);
    if (path === '/') {
      response.setHeader('Content-Type', 'text/html').end(PAGE);
      return;
    }
    const file = join(ROOT, path);
    if (!SERVED.test(path) || !statSync(file, { throwIfNoEntry: false })?.isFile()) {
      response.writeHead(404).end();
      return;
    }
    response.setHeader('Content-Type', 'text/javascript');
    if (extname(file) === '.ts') response.end(stripTypeScriptTypes(readFileSync(file, 'utf8')));
    else createReadStream(file).pipe(response);
  });
  url = '';

  async open(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    this.url = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
    return this;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}
