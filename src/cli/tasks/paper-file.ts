import { fileFailure } from '../../adapters/files/file-errors.ts';
import { argumentPaths, pathText } from '../../adapters/files/path-bytes.ts';
import { createWholeFile } from '../../adapters/files/whole-file.ts';
import { LedgerError } from '../../text/ledger-error.ts';
import { isTaken } from './receipt-file.ts';

/** Where `--report` puts its page. */
export interface PaperFile {
  /** Throws `file-unwritable`, and `report-exists` where something has the name meanwhile. */
  write(html: string): Promise<void>;
}

/**
 * The file that `--report` names; undefined where it was not given. Throws `report-exists` before
 * anything is judged: a report is never written over another one.
 */
export async function openPaper(named: string | undefined): Promise<PaperFile | undefined> {
  if (named === undefined) return undefined;
  const path = argumentPaths([named])[0]!;
  const taken = () => new LedgerError('report-exists', { file: pathText(path).text });
  if (await isTaken(path)) throw taken();
  return {
    async write(html) {
      try {
        await createWholeFile(path, html);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw taken();
        throw fileFailure('file-unwritable', path, error);
      }
    },
  };
}
