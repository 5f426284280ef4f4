import { ACCESS_KIND } from '../../people/access/statement.ts';
import { errorText } from '../../text/error-text.ts';
import { LedgerError } from '../../text/ledger-error.ts';
import { checkRecorded, statementOf } from '../access-records.ts';
import { type Finding, finding } from './finding.ts';
import type { DoctorParts } from './ports.ts';
import { hasAccounts } from './serving.ts';

/**
 * Whether the access log can be read and is as far as the newest record of it states, or further;
 * nothing where there were never accounts. Streams that are older than the recorded one are for
 * `evl fsck`.
 */
export async function checkAccess(
  { engine, access, hash }: DoctorParts,
  service: { readonly serviceUrl: string; readonly isRunning: boolean },
): Promise<Finding[]> {
  try {
    // without streams the whole journal is read, and where nobody ever had an account in vain
    const isEmpty = (await access.list()).length === 0;
    if (isEmpty && service.isRunning && (await hasAccounts(service.serviceUrl)) === false) return [];
    // first: the streams are then as far, or further
    const newest = await engine.newestRecordOf(ACCESS_KIND);
    const stated = newest && statementOf(hash, newest.record, newest.index);
    if (stated === undefined) return [];
    const isThere = (await access.list()).includes(stated.stream);
    // how old a stream was when it was cut is read from the whole journal
    const dated = isThere ? [] : await engine.recordsOf(ACCESS_KIND);
    const anchoredMs = dated.find(({ index }) => index === stated.index)?.anchoredMs;
    const { streams, problems } = await checkRecorded(
      { streams: access, hash },
      { ...stated, anchoredMs },
      (id) => id >= stated.stream,
    );
    if (problems.length > 0) {
      return problems.map(({ stream, message }) => finding('access-damaged', 'problem', { stream, reason: message }));
    }
    const entries = streams.find(({ stream }) => stream === stated.stream)?.entries ?? stated.to;
    return [finding('access', 'ok', { stream: stated.stream, entries, recorded: stated.to })];
  } catch (error) {
    // a finding of its own says so
    if (error instanceof LedgerError && error.code === 'journal-damaged') return [];
    return [finding('access-unreadable', 'problem', { reason: errorText(error) })];
  }
}
