import { createHash } from 'node:crypto';
import { dirname, join } from 'node:path';
import { isAbsent } from '../../adapters/files/file-errors.ts';
import { readBoundedFile } from '../../adapters/files/read-bounded.ts';
import { writeWholeFile } from '../../adapters/files/whole-file.ts';
import { ProtocolError } from '../../protocol/encoding/errors.ts';
import { MAX_TRUST_BYTES, parseTrust } from '../../protocol/trust-file.ts';
import type { Trust } from '../../protocol/trust.ts';
import { LedgerError } from '../../text/ledger-error.ts';
import type { Remembered, TrustMemory } from '../../verifier/ports.ts';
import { makeFolder } from '../../adapters/files/make-folder.ts';

const MAX_ORIGIN_BYTES = 1024;

/** Trust that is remembered in files of a user's home folder. */
export function fileTrustMemory(home: string): TrustMemory {
  return {
    trustOf: (origin) => readRemembered<Trust>(rememberedPath(home, origin), MAX_TRUST_BYTES, parseTrust),
    originAt: (serviceUrl) =>
      readRemembered(servicePath(home, serviceUrl), MAX_ORIGIN_BYTES, (bytes) =>
        Buffer.from(bytes).toString().trimEnd(),
      ),
    async remember(serviceUrl, { text, value }) {
      try {
        // The origin first: after a crash between both, the service is known and its trust file is
        // accepted once more.
        await writeText(servicePath(home, serviceUrl), `${value.log.origin}\n`);
        await writeText(rememberedPath(home, value.log.origin), text);
        return true;
      } catch {
        return false;
      }
    },
  };
}

/** `<home>/trust/<readable part of the origin>-<hash of it>.json`. */
export function rememberedPath(home: string, origin: string): string {
  return join(home, 'trust', `${fileName(origin)}.json`);
}

/** `<home>/services/<readable part of the address>-<hash of it>.txt`. */
function servicePath(home: string, url: string): string {
  return join(home, 'services', `${fileName(url)}.txt`);
}

function fileName(text: string): string {
  const readable = text.replaceAll(/[^a-zA-Z0-9.-]+/g, '_').slice(0, 60);
  return `${readable}-${createHash('sha256').update(text).digest('hex').slice(0, 16)}`;
}

async function readRemembered<Value>(
  place: string,
  limitBytes: number,
  parse: (bytes: Uint8Array) => Value,
): Promise<Remembered<Value>> {
  try {
    return { place, content: { value: parse(await readBoundedFile(Buffer.from(place), limitBytes)) } };
  } catch (error) {
    if (isAbsent(error)) return { place, content: 'absent' };
    if (error instanceof LedgerError || error instanceof ProtocolError) return { place, content: 'unreadable' };
    throw error;
  }
}

async function writeText(path: string, text: string): Promise<void> {
  makeFolder(dirname(path), 0o700);
  await writeWholeFile(Buffer.from(path), text);
}
