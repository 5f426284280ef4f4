import { fileFailure } from '../../adapters/files/file-errors.ts';
import { argumentPaths, pathText } from '../../adapters/files/path-bytes.ts';
import { writeWholeFile } from '../../adapters/files/whole-file.ts';
import { LedgerError } from '../../text/ledger-error.ts';
import { exists } from './receipt-file.ts';

/** Where `--report` puts its page. */
export interface PaperFile {
  /** Throws `file-unwritable`. */
  write(html: string): Promise<void>;
}

/**
 * The file that `--report` names; undefined where it was not given. Throws `report-exists` before
 * anything is judged: a report is never written over another one.
 */
export async function openPaper(named: string | undefined): Promise<PaperFile | undefined> {
  if (named === undefined) return undefined;
  const path = argumentPaths([named])[0]!;
  if (await exists(path)) throw new LedgerError('report-exists', { file: pathText(path).text });
  return {
    async write(html) {
      try {
        await writeWholeFile(path, html);
      } catch (error) {
        throw fileFailure('file-unwritable', path, error);
      }
    },
  };
}
