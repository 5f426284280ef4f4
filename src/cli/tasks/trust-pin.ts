import { EXIT } from '../../text/exit-codes.ts';
import { LedgerError } from '../../text/ledger-error.ts';
import { existsSync } from 'node:fs';
import { trustFingerprint } from '../../protocol/trust-file.ts';
import { TRUST } from '../../text/trust.ts';
import type { Cli } from '../shell/context.ts';
import { makeFolder } from '../../adapters/files/make-folder.ts';
import { argumentPaths, folderOf, type PathBytes, pathText } from '../../adapters/files/path-bytes.ts';
import { serviceOf } from '../settings/service-settings.ts';
import { differenceJson, printDifference } from '../print/trust-difference.ts';
import { compareTrust, tryFetchRotations } from '../../verifier/compare-trust.ts';
import { trustFacts } from '../../verifier/trust-facts.ts';
import { requireOffered, requireTrustFile, writeTrustText } from './trust-file.ts';
import { rememberedPath } from './trust-memory.ts';

export interface PinOptions {
  readonly url?: string;
  readonly sha256?: string;
  readonly out?: string;
}

/**
 * Accepts the offered trust file in place of the remembered one, or writes it into a file: only
 * with the fingerprint that its user got by another way.
 */
export async function pinTrust(cli: Cli, { url, sha256, out }: PinOptions): Promise<number> {
  const settings = cli.settings({ url });
  const service = await serviceOf(settings, cli.lang);
  const expected = sha256 === undefined ? undefined : parseFingerprint(sha256);
  const offered = await requireOffered(service);
  const found = trustFingerprint(offered.value);
  const remembered = Buffer.from(rememberedPath(settings.home, offered.value.log.origin));
  if (expected === undefined) {
    const difference = await differenceFrom(remembered);
    cli.output.notice(cli.format(TRUST.requireSha256, { sha256: found }), 'warn');
    cli.output.json({ accepted: false, sha256: found, difference });
    return EXIT.indeterminate;
  }
  if (expected !== found) throw new LedgerError('trust-sha256-differs', { expected, found });
  const [named] = argumentPaths(out === undefined ? [] : [out]);
  const path = named ?? remembered;
  const file = pathText(path).text;
  if (named !== undefined && existsSync(named)) throw new LedgerError('trust-file-exists', { file });
  if (named === undefined) makeFolder(folderOf(remembered), 0o700);
  await writeTrustText(path, offered.text);
  cli.output.line(cli.format(TRUST.accepted, { sha256: found, file }), 'good');
  cli.output.json({ accepted: true, sha256: found, file });
  return EXIT.ok;

  /** Prints what would be accepted: all of it where nothing is remembered. */
  async function differenceFrom(known: PathBytes) {
    if (!existsSync(known)) {
      for (const fact of trustFacts(offered.value)) cli.output.line(cli.format(fact));
      return null;
    }
    const rotations = await tryFetchRotations(service);
    const difference = compareTrust(await requireTrustFile(known), offered.value, rotations);
    if (difference === undefined) cli.output.line(cli.format(TRUST.same, { sha256: found }));
    else printDifference(cli, difference, rotations);
    return difference === undefined ? null : differenceJson(difference, cli);
  }
}

/**
 * Parses a fingerprint as it was read out or written down: with or without `sha256:`, spaces,
 * colons and hyphens, in upper or lower case. Throws `sha256-wrong`.
 */
function parseFingerprint(text: string): string {
  const digits = text
    .toLowerCase()
    .replace(/^sha256:/, '')
    .replaceAll(/[\s:-]/g, '');
  if (!/^[0-9a-f]{64}$/.test(digits)) throw new LedgerError('sha256-wrong', { value: text.slice(0, 80) });
  return digits;
}
