import { errorText } from '../text/error-text.ts';
import { STORE_FAULTS } from '../text/store.ts';
import { LedgerError } from '../text/ledger-error.ts';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { formatEther } from 'ethers';
import { askNode } from '../client/chain-rpc.ts';
import { type DataPaths, requireLedger, hasLocalChain, readIdentity } from '../adapters/data-folder/data-folder.ts';
import { acquireFileLock } from '../adapters/files/file-lock.ts';
import { listSegments, segmentBegin } from '../adapters/embedded-store/journal/segments.ts';
import { readJournal } from '../adapters/embedded-store/journal/read-journal.ts';
import { indexFolder, journalFolder } from '../adapters/embedded-store/folders.ts';
import { readEntries } from '../adapters/local-chain/journal.ts';
import { journalPath } from '../adapters/local-chain/settings.ts';
import { BALLAST_BYTES, reserveOf } from '../log/disk-reserve.ts';
import type { Trust } from '../protocol/trust.ts';
import { Answers } from '../protocol/verify/answers.ts';
import { identityQuestions, judgeIdentity } from '../protocol/verify/chain-identity.ts';
import { DOCTOR, DOCTOR_REPAIRS, LOCK_STATES } from '../text/doctor.ts';
import { accountOf } from '../adapters/ethereum/operator.ts';
import { readChainKey } from '../adapters/keys/chain-key.ts';
import { bilingual, type MessageValues, type Message } from '../text/message.ts';
import { checkWitnesses } from './doctor-witnesses.ts';
import { keyFaults } from './key-faults.ts';

export interface Finding {
  readonly code: keyof typeof DOCTOR;
  readonly level: 'ok' | 'warning' | 'problem';
  readonly words: Message;
  readonly repair?: Message;
}

export interface DoctorContext {
  readonly paths: DataPaths;
  readonly serviceUrl: string;
  readonly rpcUrls: readonly string[] | undefined;
  readonly chainPort: number;
  readonly diskReserveBytes: number | undefined;
  /** Undefined: the log has no witnesses. */
  readonly witnessPolicy?: string | undefined;
  readonly nowMs: number;
}

const MIB = 1024 * 1024;
const LONG_CHAIN_BLOCKS = 20_000;
const LATE_ANCHOR_MINUTES = 60;
const CLOCK_SLACK_MS = 60_000;
const ASK_TIMEOUT_MS = 5000;
const OLDEST_NODE = 20;
/** An anchor takes less (docs/GAS.md). */
const ANCHOR_GAS = 100_000n;
const FEW_ANCHORS = 1000n;
/** `f_type` of statfs(2) where locks and syncing are somebody else's. */
const REMOTE_TYPES: Readonly<Record<number, string>> = {
  0x6969: 'NFS',
  0x01021997: '9p',
  0x517b: 'SMB',
  0xfe534d42: 'SMB2',
  0xff534d42: 'CIFS',
  0x65735546: 'FUSE',
};

/**
 * Everything that can be said without changing anything, in the order in which it is best put
 * right.
 */
export async function diagnose(around: DoctorContext): Promise<Finding[]> {
  const { paths, nowMs } = around;
  const found: Finding[] = [];
  const { node } = process.versions;
  found.push(said('node-version', Number(node.split('.')[0]) >= OLDEST_NODE ? 'ok' : 'problem', { version: node }));
  let identity: Trust;
  try {
    requireLedger(paths);
    identity = readIdentity(paths);
  } catch (error) {
    const isMissing = error instanceof LedgerError && error.code === 'ledger-missing';
    const code = isMissing ? 'ledger-missing' : 'ledger-unusable';
    return [...found, said(code, 'problem', { dir: paths.dir, reason: errorText(error) })];
  }
  found.push(said('ledger-version', 'ok', { dir: paths.dir, version: readFileSync(paths.version, 'utf8').trim() }));
  const faults = new Map(keyFaults(paths, identity).map(({ file, message }) => [file, message]));
  found.push(...[paths.logKey, paths.chainKey].map((file) => checkKey(file, faults.get(file))));
  const isRunning = isLocked(paths.lock);
  found.push(said('lock', 'ok', { state: isRunning ? LOCK_STATES.running : LOCK_STATES.free }));
  found.push(...(await checkDisk(around)));
  found.push(...(await checkStoreFolder(paths, isRunning)));
  if (isRunning) found.push(...(await checkService(around)));
  found.push(...(await checkChain(around, identity)));
  found.push(...(await witnessesOf(around, identity, isRunning)));
  const writtenMs = statSync(paths.lock, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const newestMs = Math.max(writtenMs, ...newestWrites(journalFolder(paths.dir)));
  const [time, written] = [new Date(nowMs).toISOString(), new Date(newestMs).toISOString()];
  const isBehind = nowMs < newestMs - CLOCK_SLACK_MS;
  found.push(isBehind ? said('clock-behind', 'problem', { time, written }) : said('clock', 'ok', { time }));
  return found;
}

function checkKey(file: string, fault: string | undefined): Finding {
  const stats = statSync(file, { throwIfNoEntry: false });
  if (stats === undefined) return said('key-missing', 'problem', { file });
  const mode = (stats.mode & 0o777).toString(8).padStart(4, '0');
  const isOpen = process.platform !== 'win32' && (stats.mode & 0o077) !== 0;
  if (isOpen) return said('key-file-open', 'problem', { file, mode });
  if (fault !== undefined) return said('key-wrong', 'problem', { file, reason: fault });
  return said('key-file', 'ok', { file, mode });
}

/** Takes the lock for a moment; where there is none yet, nothing has ever run. */
function isLocked(path: string): boolean {
  if (statSync(path, { throwIfNoEntry: false }) === undefined) return false;
  try {
    acquireFileLock(path).release();
    return false;
  } catch (error) {
    if (error instanceof LedgerError) return error.code === 'locked';
    throw error;
  }
}

async function checkDisk({ paths, diskReserveBytes }: DoctorContext): Promise<Finding[]> {
  const { bavail, blocks, bsize, type } = await statfs(paths.dir);
  const freeBytes = bavail * bsize;
  // a start with less than the ballast free gives it up, and registers nothing before it is there
  // again
  const reserveBytes = Math.max(reserveOf(blocks * bsize, diskReserveBytes), BALLAST_BYTES);
  const sizes = { free: Math.floor(freeBytes / MIB), reserve: Math.ceil(reserveBytes / MIB) };
  return [
    freeBytes < reserveBytes ? said('storage-full', 'problem', sizes) : said('disk-space', 'ok', sizes),
    judgeFileSystem(type, process.platform),
  ];
}

/** By `f_type` of statfs(2), which only Linux has. */
export function judgeFileSystem(type: number, platform: NodeJS.Platform): Finding {
  const name = platform === 'linux' ? REMOTE_TYPES[type] : undefined;
  return name === undefined
    ? said('file-system', 'ok', { type: `0x${type.toString(16)}` })
    : said('file-system-remote', 'warning', { type: name });
}

async function checkStoreFolder({ dir }: DataPaths, isRunning: boolean): Promise<Finding[]> {
  const found: Finding[] = [];
  const folder = indexFolder(dir);
  const indexBytes = statSync(folder, { throwIfNoEntry: false }) === undefined ? undefined : folderBytes(folder);
  if (indexBytes === undefined) found.push(said('index-missing', 'problem', { folder }));
  try {
    const segments = await listSegments(journalFolder(dir));
    const journal = mebibytes(segments.reduce((bytes, { lengthBytes }) => bytes + lengthBytes, 0));
    found.push(said('sizes', 'ok', { segments: segments.length, journal, index: mebibytes(indexBytes ?? 0) }));
    const last = segments.at(-1)!;
    const begin = isRunning ? undefined : await segmentBegin(last); // a running service may be writing there
    if (begin === undefined) return found;
    const from = { segment: last.number, offset: 0, seq: Number(begin.seq), previousHash: begin.previousHash };
    for await (const read of readJournal(segments, from)) {
      if (read.kind === 'frame') continue;
      const { path: file, offset, seq, reason } = read;
      if (read.torn) found.push(said('journal-torn-tail', 'warning', { file, offset }));
      else
        found.push(
          said('journal-damaged', 'problem', {
            reason: bilingual(STORE_FAULTS.atFrame, { file, offset, seq, reason }),
          }),
        );
    }
  } catch (error) {
    found.push(said('journal-damaged', 'problem', { reason: errorText(error) }));
  }
  return found;
}

async function checkService({ serviceUrl, nowMs }: DoctorContext): Promise<Finding[]> {
  try {
    const answer = await fetch(`${serviceUrl}/v1/anchors`, { signal: AbortSignal.timeout(ASK_TIMEOUT_MS) });
    const view = (await answer.json()) as {
      head: { size: string };
      chain: { problem?: string };
      anchors: { state: string; size: string; createdAt: string }[];
    };
    const last = view.anchors.find(({ state }) => state === 'final');
    const outstanding = BigInt(view.head.size) - BigInt(last?.size ?? 0);
    const minutes = last === undefined ? undefined : Math.round((nowMs - Date.parse(last.createdAt)) / 60_000);
    const facts = { size: view.head.size, outstanding, age: minutes ?? '–' };
    const isLate = outstanding > 0n && minutes !== undefined && minutes > LATE_ANCHOR_MINUTES;
    const found = [isLate ? said('anchor-late', 'warning', facts) : said('anchor', 'ok', facts)];
    if (view.chain.problem === 'chain-sources-disagree') found.push(said('chain-sources-disagree', 'problem'));
    return found;
  } catch {
    return [said('service-silent', 'warning', { url: serviceUrl })];
  }
}

async function checkChain({ paths, rpcUrls, chainPort }: DoctorContext, identity: Trust): Promise<Finding[]> {
  const found: Finding[] = [];
  const isLocal = rpcUrls === undefined && hasLocalChain(paths);
  if (isLocal) {
    found.push(await checkChainJournal(journalPath(paths.chain)));
  }
  const urls = rpcUrls ?? (isLocal ? [`http://127.0.0.1:${chainPort}`] : identity.chain.rpcUrls);
  const nodes = [...new Set(urls)];
  const { sources } = identity.chain;
  if (nodes.length > 0 && nodes.length < sources) {
    found.push(said('chain-sources-too-few', 'problem', { named: nodes.length, sources }));
  }
  const looked = await Promise.all(nodes.map((url) => checkNode(url, identity)));
  const first = nodes.find((_, i) => looked[i]!.code === 'chain');
  return [...found, ...looked, ...(first === undefined ? [] : await checkAccount(paths, first))];
}

async function checkNode(url: string, identity: Trust): Promise<Finding> {
  const questions = identityQuestions(identity);
  const { answers, name } = await askNode(url, Object.values(questions));
  if (answers.every((answer) => answer === undefined)) return said('chain-unreachable', 'warning', { url: name });
  const { status, code } = judgeIdentity(identity, new Answers(questions, answers));
  return status === 'pass'
    ? said('chain', 'ok', { url: name })
    : said('chain-identity', 'problem', { url: name, reason: code });
}

/**
 * What the account can pay for at the present price; nothing is said where key or node do not tell.
 */
async function checkAccount({ chainKey }: DataPaths, url: string): Promise<Finding[]> {
  const account = accountOfKey(chainKey);
  if (account === undefined) return [];
  const { answers } = await askNode(url, [
    { method: 'eth_getBalance', params: [account, 'latest'] },
    { method: 'eth_gasPrice', params: [] },
  ]);
  const [balance, price] = answers.map((answer) =>
    typeof answer === 'string' && /^0x[0-9a-f]+$/i.test(answer) ? BigInt(answer) : undefined,
  );
  if (balance === undefined || price === undefined) return [];
  if (price === 0n) return [said('account-free', 'ok', { account })];
  const anchors = balance / (price * ANCHOR_GAS);
  const isPoor = anchors < FEW_ANCHORS;
  const facts = { account, balance: formatEther(balance), anchors: anchors.toString() };
  return [isPoor ? said('account-poor', 'warning', facts) : said('account', 'ok', facts)];
}

function accountOfKey(path: string): string | undefined {
  try {
    return accountOf(readChainKey(path));
  } catch {
    return undefined; // said already
  }
}

async function witnessesOf(
  { witnessPolicy, serviceUrl }: DoctorContext,
  identity: Trust,
  isRunning: boolean,
): Promise<Finding[]> {
  if (witnessPolicy === undefined) return [];
  const looks = await checkWitnesses(witnessPolicy, identity, isRunning ? serviceUrl : undefined);
  if (typeof looks === 'string') return [said('witness-policy-wrong', 'problem', { reason: looks })];
  return looks.map(({ name, url, alarm }) => {
    if (alarm === undefined) return said('witness', 'ok', { name, url });
    const isDispute = alarm === 'witness-conflict' || alarm === 'witness-ahead';
    return said(alarm, isDispute ? 'problem' : 'warning', { name, url });
  });
}

async function checkChainJournal(path: string): Promise<Finding> {
  try {
    const blocks = (await readEntries(path)).length;
    return blocks >= LONG_CHAIN_BLOCKS
      ? said('chain-long', 'warning', { blocks })
      : said('chain-blocks', 'ok', { blocks });
  } catch (error) {
    return said('chain-damaged', 'problem', { reason: textOf(error) });
  }
}

function newestWrites(folder: string): number[] {
  try {
    return readdirSync(folder).map((name) => statSync(join(folder, name)).mtimeMs);
  } catch {
    return []; // said already
  }
}

function folderBytes(folder: string): number {
  const sizes = readdirSync(folder).map((name) => statSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0);
  return sizes.reduce((sum, size) => sum + size, 0);
}

function mebibytes(bytes: number): string {
  return (bytes / MIB).toFixed(1);
}

function said<Code extends keyof typeof DOCTOR>(
  code: Code,
  level: Finding['level'],
  ...values: MessageValues<(typeof DOCTOR)[Code]>
): Finding {
  const words = bilingual<Message>(DOCTOR[code], ...(values as []));
  const repair = level === 'ok' ? undefined : (DOCTOR_REPAIRS as Partial<Record<Code, Message>>)[code];
  return { code, level, words, ...(repair && { repair: bilingual<Message>(repair, ...(values as [])) }) };
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
