// Audits repeatedly, each time from the state of the previous pass, and prints after each pass the
// size of the log and the bytes in use after garbage collection.
import { setFlagsFromString } from 'node:v8';
import { setTimeout as pause } from 'node:timers/promises';
import { runInNewContext } from 'node:vm';
import type { AuditState } from '../../src/audit/audit-state.ts';
import { auditNewEntries } from '../../src/auditor/audit-log.ts';
import { keepAliveGet } from '../../src/cli/shell/keep-alive-get.ts';
import { nodePlatform } from '../../src/compose/auditor.ts';

const [url, rpcUrl, passes] = process.argv.slice(2) as [string, string, string];
setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

const platform = nodePlatform(keepAliveGet);
let remembered: AuditState | undefined;
for (let pass = 0; pass < Number(passes); pass++) {
  const target = { service: { url }, rpcUrls: [rpcUrl], trust: undefined, remembered };
  const { outcome, state, problems } = await auditNewEntries(target, [], platform, () => {});
  if (outcome !== 'ok') throw new Error(JSON.stringify(problems));
  remembered = state;
  await pause(20); // its connections close
  collectGarbage();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  console.log(`${state!.checkpoint.size} ${heapUsed + arrayBuffers}`);
}
