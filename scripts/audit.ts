/**
 * An auditor's own program on one page: audits a log, compares it with the previous audit, and
 * keeps the state for the next one. Ends as `evl audit` does: 0 in order, 5 a contradiction, 6
 * could not be judged.
 *
 *     node scripts/audit.ts SERVICE_URL TRUST_FILE STATE_FILE CHAIN_NODE_URL...
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { auditLog, type AuditStore, keepResult, parseState, stateJson } from '../src/sdk/auditor.ts';
import { parseTrust } from '../src/sdk/protocol.ts';

const EXIT = { ok: 0, contradiction: 5, unknown: 6 } as const;

const [url, trustFile, stateFile, ...rpcUrls] = process.argv.slice(2);
if (url === undefined || trustFile === undefined || stateFile === undefined || rpcUrls.length === 0) {
  throw new Error('usage: node scripts/audit.ts SERVICE_URL TRUST_FILE STATE_FILE CHAIN_NODE_URL...');
}

const store: AuditStore = {
  async readState() {
    return existsSync(stateFile) ? parseState(readFileSync(stateFile)) : undefined;
  },
  async writeState(state) {
    writeFileSync(stateFile, JSON.stringify(stateJson(state)));
  },
  async addEvidence(evidence) {
    const file = `${stateFile}.evidence-${Date.now()}.json`;
    writeFileSync(file, JSON.stringify(evidence), { flag: 'wx' });
    return file;
  },
};

// A damaged state is no reason to forget what was seen: `parseState` throws, and the audit ends.
const remembered = await store.readState();
if (remembered === 'unreadable') throw new Error(`${stateFile} is damaged`);

// Every entry is fetched and hashed again; nothing that the operator claims is taken for granted.
const trust = parseTrust(readFileSync(trustFile));
const target = { service: { url }, rpcUrls, trust, remembered };
const result = await auditLog(target);

for (const { kind, code, where, expected, found } of result.problems) {
  console.log(`${kind} ${code} at ${where}: expected ${expected ?? '-'}, found ${found ?? '-'}`);
}
const { size } = result.signed?.checkpoint ?? {};
console.log(`${result.outcome}: ${size ?? 'unknown'} entries, ${result.history?.anchors.length ?? 0} anchors`);

const evidence = await keepResult(store, result, target);
if (evidence !== undefined) console.log(`evidence in ${evidence}`);
process.exitCode = EXIT[result.outcome];
