import { readFileSync, statSync } from 'node:fs';
import type { Trust } from '../../protocol/trust.ts';
import { LOCK_STATES } from '../../text/doctor.ts';
import { errorText } from '../../text/error-text.ts';
import { LedgerError } from '../../text/ledger-error.ts';
import type { Message } from '../../text/message.ts';
import { keyFaults } from '../key-faults.ts';
import type { StoreSurvey } from '../ports.ts';
import { checkAccess } from './access.ts';
import { checkBackups } from './backups.ts';
import { checkChain } from './chain.ts';
import { checkDisk, mebibytes } from './disk.ts';
import { type Finding, finding } from './finding.ts';
import type { DoctorContext, DoctorParts } from './ports.ts';
import { checkService } from './service.ts';
import { checkServing } from './serving.ts';
import { checkWitnesses } from './witnesses.ts';

const CLOCK_SLACK_MS = 60_000;

/**
 * Examines a ledger and its surroundings without changing anything, also while its service is
 * running. The findings are in the order in which they are best repaired.
 */
export async function diagnose(parts: DoctorParts, context: DoctorContext): Promise<Finding[]> {
  const { folder } = parts;
  const { paths } = folder;
  const identity = identityOf(folder);
  if ('code' in identity) return [identity];
  const isRunning = parts.isLocked();
  const survey = await parts.engine.survey({ isInUse: isRunning });
  const { serviceUrl, witnessPolicy, nowMs } = context;
  return [
    finding('ledger-version', 'ok', { dir: paths.dir, version: readFileSync(paths.version, 'utf8').trim() }),
    ...checkKeys(parts, identity),
    finding('lock', 'ok', { state: isRunning ? LOCK_STATES.running : LOCK_STATES.free }),
    ...(await checkDisk(paths.dir, context.diskReserveBytes)),
    ...storeFindings(survey),
    ...(await checkAccess(parts, { serviceUrl, isRunning })),
    ...(isRunning ? await checkService(serviceUrl, nowMs) : []),
    ...(await checkServing(parts, context, isRunning)),
    ...(await checkChain(parts, context, identity)),
    ...(witnessPolicy === undefined
      ? []
      : await checkWitnesses(parts.witnessesOf, witnessPolicy, identity, isRunning ? serviceUrl : undefined)),
    ...(context.backupDir === undefined ? [] : [await checkBackups(context.backupDir, nowMs)]),
    checkVerifyUrl(context.verifyUrl),
    checkClock(nowMs, Math.max(survey.lastWriteMs, modifiedMs(paths.lock) ?? 0)),
  ];
}

function identityOf(folder: DoctorParts['folder']): Trust | Finding {
  try {
    folder.requireLedger();
    return folder.readIdentity();
  } catch (error) {
    const isMissing = error instanceof LedgerError && error.code === 'ledger-missing';
    const code = isMissing ? 'ledger-missing' : 'ledger-unusable';
    return finding(code, 'problem', { dir: folder.paths.dir, reason: errorText(error) });
  }
}

function checkKeys({ folder, keys }: DoctorParts, identity: Trust): Finding[] {
  const faults = new Map(keyFaults(folder, identity, keys).map(({ file, text }) => [file, text]));
  const { logKey, chainKey } = folder.paths;
  return [logKey, chainKey].map((file) => checkKey(file, faults.get(file)));
}

function checkKey(file: string, fault: Message | undefined): Finding {
  const stats = statSync(file, { throwIfNoEntry: false });
  if (stats === undefined) return finding('key-missing', 'problem', { file });
  const mode = (stats.mode & 0o777).toString(8).padStart(4, '0');
  const isOpen = process.platform !== 'win32' && (stats.mode & 0o077) !== 0;
  if (isOpen) return finding('key-file-open', 'problem', { file, mode });
  if (fault !== undefined) return finding('key-wrong', 'problem', { file, reason: fault });
  return finding('key-file', 'ok', { file, mode });
}

function storeFindings({ indexFolder, indexBytes, segments, journalBytes, fault }: StoreSurvey): Finding[] {
  const found: Finding[] = [];
  if (indexBytes === undefined) found.push(finding('index-missing', 'problem', { folder: indexFolder }));
  const sizes = { segments, journal: mebibytes(journalBytes), index: mebibytes(indexBytes ?? 0) };
  if (segments > 0) found.push(finding('sizes', 'ok', sizes));
  if (fault === undefined) return found;
  found.push(
    fault.isTorn
      ? finding('journal-torn-tail', 'warning', { file: fault.file, offset: fault.offset })
      : finding('journal-damaged', 'problem', { reason: fault.text }),
  );
  return found;
}

/** Courts must be able to reach the page that a certificate names. */
function checkVerifyUrl(url: string | undefined): Finding {
  if (url === undefined) return finding('verify-url-missing', 'warning');
  const isLocal = /^(?:localhost|127\.[0-9.]+|\[::1\])$/.test(new URL(url).hostname);
  return isLocal ? finding('verify-url-local', 'warning', { url }) : finding('verify-url', 'ok', { url });
}

function checkClock(nowMs: number, lastWriteMs: number): Finding {
  const time = new Date(nowMs).toISOString();
  const isBehind = nowMs < lastWriteMs - CLOCK_SLACK_MS;
  return isBehind
    ? finding('clock-behind', 'problem', { time, written: new Date(lastWriteMs).toISOString() })
    : finding('clock', 'ok', { time });
}

function modifiedMs(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs;
}
