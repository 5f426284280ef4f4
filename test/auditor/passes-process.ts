// Audits again and again, each time from what the time before left, and prints after each pass:
// size, and bytes in use once the garbage is gone.
import { setFlagsFromString } from 'node:v8';
import { setTimeout as pause } from 'node:timers/promises';
import { runInNewContext } from 'node:vm';
import type { AuditState } from '../../src/audit/audit-state.ts';
import { auditLog } from '../../src/auditor/audit-log.ts';

const [url, rpcUrl, passes] = process.argv.slice(2) as [string, string, string];
setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

let remembered: AuditState | undefined;
for (let pass = 0; pass < Number(passes); pass++) {
  const target = { service: { url }, rpcUrls: [rpcUrl], trust: undefined, isIncremental: true, onEntries: () => {} };
  const { outcome, state, problems } = await auditLog({ ...target, remembered });
  if (outcome !== 'ok') throw new Error(JSON.stringify(problems));
  remembered = state;
  await pause(20); // until its connections are closed
  collectGarbage();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  console.log(`${state!.checkpoint.size} ${heapUsed + arrayBuffers}`);
}
