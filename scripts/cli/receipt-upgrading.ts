import { nodeTreeHasher } from '../../src/adapters/node-crypto/node-hashes.ts';
import type { Service } from '../../src/client/http.ts';
import type { LogClient } from '../../src/client/log.ts';
import { type Upgrade, upgradeReceipt } from '../../src/client/receipt-upgrade.ts';
import { fetchReceipt } from '../../src/client/service.ts';
import { ProtocolError } from '../../src/protocol/errors.ts';
import type { Json } from '../../src/protocol/json.ts';
import type { ParsedReceipt } from '../../src/protocol/receipt.ts';
import { stepSentence } from '../../src/text/step-codes.ts';
import { filled } from '../../src/text/words.ts';
import { FAILURES } from '../../src/text/failures.ts';
import { CliFailure, EXIT, failure } from './failure.ts';
import { type PathBytes, pathText } from './path-bytes.ts';
import { readingReason } from './reading-reason.ts';
import { keepContradiction, readReceiptFile, writeReceiptFile } from './receipt-file.ts';
import { serviceFailure } from './service-failure.ts';
import type { TrustChoice } from './trust-source.ts';
import { originOf } from './verification.ts';

/** What became of a receipt file. Where it failed, the file is as it was; after a contradiction the newer receipt lies beside it. */
export type UpgradedFile =
  { readonly state: 'anchored' | 'pending' } | { readonly state: 'failed'; readonly failure: CliFailure };

/** Fetches the newest receipt of the record and puts its anchor into the file. */
export async function upgradeReceiptFile(
  path: PathBytes,
  service: Service,
  log: LogClient,
  trustFor: (origin: string | undefined) => Promise<TrustChoice>,
): Promise<UpgradedFile> {
  const file = pathText(path).text;
  try {
    const { json, parsed } = await readReceiptFile(path);
    const choice = await trustFor(originOf(parsed));
    if ('problem' in choice) throw undecided(file, choice.problem);
    const newer = await fetchReceipt(service, recordId(parsed, file));
    return await apply(path, newer, await upgradeReceipt(json, newer, choice.trust.value, log, nodeTreeHasher));
  } catch (error) {
    const failed =
      error instanceof ProtocolError
        ? failure(EXIT.indeterminate, 'receipt-unreadable', { file, reason: readingReason(error) })
        : serviceFailure(error);
    if (failed instanceof CliFailure) return { state: 'failed', failure: failed };
    throw failed;
  }
}

async function apply(path: PathBytes, newer: Json, upgrade: Upgrade): Promise<UpgradedFile> {
  const file = pathText(path).text;
  if (upgrade.outcome === 'undecided') throw undecided(file, upgrade.code);
  if (upgrade.outcome === 'contradiction') {
    const other = await keepContradiction(path, newer);
    const reason = stepSentence('', upgrade.code);
    throw new CliFailure(EXIT.inconsistent, upgrade.code, filled(FAILURES.contradiction, { file, reason, other }));
  }
  if (upgrade.outcome === 'upgraded') await writeReceiptFile(path, upgrade.receipt);
  return { state: upgrade.outcome === 'pending' ? 'pending' : 'anchored' };
}

function undecided(file: string, code: string): CliFailure {
  const reason = stepSentence('', code);
  return new CliFailure(EXIT.indeterminate, code, filled(FAILURES['upgrade-undecided'], { file, reason }));
}

function recordId(parsed: ParsedReceipt, file: string): string {
  if ('value' in parsed.record) return parsed.record.value.header.id;
  throw failure(EXIT.indeterminate, 'receipt-unreadable', { file, reason: readingReason(parsed.record.error) });
}
