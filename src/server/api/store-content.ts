import type { Request } from 'express';
import * as z from 'zod';
import { chunksOf, requireMediaType } from '../../http/body.ts';
import { fromBase64, toHex } from '../../protocol/encoding/bytes.ts';
import { LedgerError } from '../../text/ledger-error.ts';
import { StoredContent } from '../answers.ts';
import type { DiskReserve } from '../background/disk-reserve.ts';
import { EXAMPLES } from '../examples.ts';
import { callerScope } from '../access/registrant.ts';
import { define, jsonAnswer } from '../operation.ts';
import { RATES } from '../rates.ts';

const MEDIA_TYPE = 'application/octet-stream';

export default define(
  {
    method: 'post',
    path: '/v1/contents',
    id: 'storeContent',
    tag: 'registration',
    act: 'register',
    summary: 'Store the bytes of a file; they are hashed while they arrive',
    rate: RATES.write,
    parameters: {
      header: z.object({
        'Repr-Digest': z
          .string()
          .regex(/^(?:[^,]*,)*\s*sha-256=:[A-Za-z0-9+/]{43}=:\s*(?:,[^,]*)*$/)
          .meta({ example: `sha-256=:${'A'.repeat(43)}=:` })
          .optional()
          .describe('RFC 9530, `sha-256=:…:`; compared with the digest of the bytes that arrive'),
      }),
    },
    body: { mediaType: MEDIA_TYPE, example: EXAMPLES.contentText },
    answers: {
      201: jsonAnswer(
        'durable; a registration with the token, by who uploaded them, owns these bytes',
        StoredContent,
        EXAMPLES.storedContent,
      ),
    },
    problems: [
      'body-incomplete',
      'body-timeout',
      'media-type-unsupported',
      'digest-mismatch',
      'repr-digest-invalid',
      'too-many-files',
      'storage-full',
    ],
  },
  ({ contents, uploads, disk }) =>
    async (request, response) => {
      const uploader = callerScope(response);
      requireMediaType(request, MEDIA_TYPE);
      const declared = declaredSha256(request);
      await disk.requireRoom(Number(request.headers['content-length'] ?? 0));
      const chunks = withRoom(disk, chunksOf(request));
      const content = await contents.put(chunks, ({ sha256 }) => {
        // Nothing moves on the connection while the disk makes the bytes durable.
        request.socket.setTimeout(0);
        if (!request.complete) throw new LedgerError('body-incomplete');
        if (declared !== undefined && declared !== sha256) {
          throw new LedgerError('digest-mismatch', { found: sha256, declared });
        }
      });
      const { sha256, sm3, size } = content;
      response.status(201).json({ digests: { sha256, sm3 }, size, uploadToken: uploads.issue(content, uploader) });
    },
);

/**
 * The chunks of a body as long as the disk has room for them: a body may not state its length, and
 * many may arrive at once.
 */
async function* withRoom(disk: DiskReserve, chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) {
    await disk.requireRoom(chunk.length);
    yield chunk;
  }
}

/**
 * The digest of RFC 9530 `Repr-Digest: sha-256=:base64:` in hex. Other algorithms are ignored, as
 * the RFC says; what cannot be read is refused with `repr-digest-invalid`.
 */
function declaredSha256(request: Request): string | undefined {
  const header = request.headers['repr-digest'];
  if (header === undefined) return undefined;
  const members = String(header)
    .split(',')
    .map((member) => /^\s*([a-z0-9*._-]+)=:([^:]*):\s*$/.exec(member));
  if (members.includes(null)) throw new LedgerError('repr-digest-invalid');
  const [value, another] = members.filter((member) => member?.[1] === 'sha-256').map((member) => member?.[2]);
  // Which of two was meant is not ours to guess.
  if (another !== undefined) throw new LedgerError('repr-digest-invalid');
  if (value === undefined) return undefined;
  try {
    return toHex(fromBase64('sha-256 of Repr-Digest', value, 32));
  } catch (cause) {
    throw new LedgerError('repr-digest-invalid', { cause });
  }
}
