import { toBase64 } from '../../protocol/encoding/bytes.ts';
import type { ServerContext } from '../context.ts';

import { CONDITIONAL, define, ETAG, NOT_MODIFIED } from '../operation.ts';
import { REVALIDATE } from '../records.ts';
import { readSmallVerifier, type SmallVerifier } from '../small-verifier.ts';

const PATH = '/evl-verify.mjs';
export default [
  define(
    {
      method: 'get',
      path: PATH,
      id: 'fetchVerifier',
      tag: 'service',
      act: 'public',
      summary: 'The verifier as one file, which runs on Node 20 and newer without this service',
      parameters: { header: CONDITIONAL },
      answers: {
        200: {
          description: 'the program; compare its digest with one that came by another way',
          content: { mediaType: 'text/javascript', example: '// evidence-ledger' },
          headers: { ...ETAG, 'Repr-Digest': 'SHA-256 of the file (RFC 9530), `sha-256=:base64:`' },
        },
        304: NOT_MODIFIED,
      },
      problems: ['not-found'],
    },
    (parts) => {
      const verifier = loadOnce(parts);
      return (_request, response) => {
        const { content, digest } = verifier();
        response.setHeader('Repr-Digest', `sha-256=:${toBase64(digest)}:`).setHeader('Cache-Control', REVALIDATE);
        response.type('text/javascript; charset=utf-8').send(content);
      };
    },
  ),
  define(
    {
      method: 'get',
      path: `${PATH}.sha256`,
      id: 'fetchVerifierDigest',
      tag: 'service',
      act: 'public',
      summary: 'SHA-256 of `/evl-verify.mjs`, as `sha256sum --check` reads it',
      answers: {
        200: {
          description: 'one line',
          content: { mediaType: 'text/plain', example: `${'0'.repeat(64)}  evl-verify.mjs\n` },
        },
      },
      problems: ['not-found'],
    },
    (parts) => {
      const verifier = loadOnce(parts);
      return (_request, response) => {
        response.setHeader('Cache-Control', REVALIDATE);
        response.type('text/plain; charset=utf-8').send(`${verifier().sha256}  evl-verify.mjs\n`);
      };
    },
  ),
];

/** Read at the first request, so that a service without the file starts all the same. */
function loadOnce({ hash }: ServerContext): () => SmallVerifier {
  let verifier: SmallVerifier | undefined;
  return () => (verifier ??= readSmallVerifier(hash));
}
