import { REPORT } from '../../../text/report.ts';
import { VERIFY_PAGE } from '../../../text/verify-page.ts';
import type { Result } from '../result.ts';
import type { useText } from './language.ts';
import type { Row } from './rows.tsx';
import { Value } from './value.tsx';

/**
 * The SHA-256 of the file that was compared, or that somebody typed: no file was examined then.
 */
export function digestRows({ given, name, digests }: Result, t: ReturnType<typeof useText>['t']): readonly Row[] {
  if (digests === undefined || digests.sha256 === name) return [];
  const label = given === 'file' ? VERIFY_PAGE.present : REPORT.digestsTyped;
  return [[t(label), <Value text={digests.sha256} />]];
}
