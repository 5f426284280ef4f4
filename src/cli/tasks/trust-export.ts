import { existsSync } from 'node:fs';
import { argumentPaths, type PathBytes, pathText } from '../../adapters/files/path-bytes.ts';
import { trustFingerprint } from '../../protocol/trust-file.ts';
import { EXIT } from '../../text/exit-codes.ts';
import { LedgerError } from '../../text/ledger-error.ts';
import { TRUST } from '../../text/trust.ts';
import { serviceOf } from '../settings/service-settings.ts';
import type { Cli } from '../shell/context.ts';
import { requireTrustFile, writeTrustFile } from './trust-file.ts';
import { fileTrustMemory, rememberedPath } from './trust-memory.ts';
import { pinBlocksIn } from './trust-pin-block.ts';

export interface ExportOptions {
  readonly url?: string;
  readonly rpc?: readonly string[];
}

/**
 * Writes the trust file that this machine goes by into a new file, to be handed over with receipts,
 * whose blocks are pinned in it. Throws `trust-not-remembered`, `trust-file-exists`, and what
 * `pinBlocksIn` throws.
 */
export async function exportTrust(
  cli: Cli,
  file: string,
  receipts: readonly string[],
  { url, rpc }: ExportOptions,
): Promise<number> {
  const [path] = argumentPaths([file]) as [PathBytes];
  if (existsSync(path)) throw new LedgerError('trust-file-exists', { file: pathText(path).text });
  const settings = cli.settings({ url });
  const service = await serviceOf(settings, cli.lang);
  const { content: origin } = await fileTrustMemory(settings.home).originAt(service.url);
  const remembered = typeof origin === 'string' ? undefined : rememberedPath(settings.home, origin.value);
  if (remembered === undefined || !existsSync(remembered)) {
    throw new LedgerError('export/trust-not-remembered', { url: service.url });
  }
  const trust = await requireTrustFile(Buffer.from(remembered));
  if (receipts.length > 0) return pinBlocksIn(cli, { path, trust, isNew: true }, receipts, { url, rpc });
  await writeTrustFile(path, trust);
  const sha256 = trustFingerprint(trust);
  cli.output.line(cli.format(TRUST.trustIs, { file: pathText(path).text, sha256 }), 'good');
  cli.output.json({ pinned: [], trust: { sha256 } });
  return EXIT.ok;
}
