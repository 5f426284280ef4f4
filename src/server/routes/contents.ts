import { type Request, Router } from 'express';
import { fromBase64, toHex } from '../../protocol/encoding/bytes.ts';
import { DETAILS } from '../../text/problem-details.ts';
import { bilingual } from '../../text/message.ts';
import { chunksOf, requireMediaType } from '../../http/body.ts';
import type { ServerContext } from '../context.ts';
import type { DiskReserve } from '../background/disk-reserve.ts';
import { Problem } from '../../http/problem.ts';

/** `POST /v1/contents`: evidence bytes, streamed to disk and hashed on the way. */
export function contentsRoutes({ contents, uploads, disk }: ServerContext): Router {
  const router = Router({ strict: true, caseSensitive: true });
  router.post('/contents', async (request, response) => {
    requireMediaType(request, 'application/octet-stream');
    const declared = declaredSha256(request);
    await disk.requireRoom(Number(request.headers['content-length'] ?? 0));
    const chunks = withRoom(disk, chunksOf(request));
    const content = await contents.put(chunks, ({ sha256 }) => {
      request.socket.setTimeout(0); // nothing moves while the disk makes it durable, however long that takes
      if (!request.complete) throw new Problem('body-incomplete', DETAILS.bodyIncomplete);
      if (declared !== undefined && declared !== sha256) {
        throw new Problem('digest-mismatch', bilingual(DETAILS.declaredDigest, { found: sha256, declared }));
      }
    });
    const { sha256, sm3, size } = content;
    response.status(201).json({ digests: { sha256, sm3 }, size, uploadToken: uploads.issue(content) });
  });
  return router;
}

/**
 * The chunks of a body as long as there is room for them: not every body says how long it is, and
 * many may come at once.
 */
async function* withRoom(disk: DiskReserve, chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) {
    await disk.requireRoom(chunk.length);
    yield chunk;
  }
}

/**
 * RFC 9530 `Repr-Digest: sha-256=:base64:`; other algorithms are ignored, as the RFC has it, but
 * what cannot be read is not.
 */
function declaredSha256(request: Request): string | undefined {
  const header = request.headers['repr-digest'];
  if (header === undefined) return undefined;
  const invalid = (cause?: unknown) => new Problem('repr-digest-invalid', DETAILS.reprDigest, [], { cause });
  const members = String(header)
    .split(',')
    .map((member) => /^\s*([a-z0-9*._-]+)=:([^:]*):\s*$/.exec(member));
  if (members.includes(null)) throw invalid();
  const [value, another] = members.filter((member) => member?.[1] === 'sha-256').map((member) => member?.[2]);
  if (another !== undefined) throw invalid(); // which of the two is meant is not ours to guess
  if (value === undefined) return undefined;
  try {
    return toHex(fromBase64('sha-256 of Repr-Digest', value, 32));
  } catch (cause) {
    throw invalid(cause);
  }
}
