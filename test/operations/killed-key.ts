import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { JsonRpcProvider } from 'ethers';

/**
 * A process that runs `evl` and kills itself before its nth effect on folders or the chain, counted
 * from 1. Says how many there were, where it came to its end.
 */
const [killAt, ...argv] = process.argv.slice(2);
const { EVL_DATA_DIR: dataDir = '' } = process.env;
let effects = 0;

function effect(path: unknown): void {
  // the store has its own tests; here it is about keys and identity
  const isOurs = String(path).startsWith(dataDir) && /keys|key-change|trust|rotations/.test(String(path));
  if (!isOurs && path !== 'chain') return;
  effects++;
  if (effects === Number(killAt)) process.kill(process.pid, 'SIGKILL');
}

for (const name of ['rename', 'rm', 'mkdir', 'writeFile'] as const) {
  const original = fs.promises[name] as (...args: unknown[]) => Promise<unknown>;
  Object.assign(fs.promises, {
    [name]: (...args: unknown[]) => {
      effect(args[0]);
      return original(...args);
    },
  });
}
const openSync = fs.openSync;
fs.openSync = (...args: Parameters<typeof openSync>) => {
  if (args[1] === 'wx') effect(args[0]);
  return openSync(...args);
};
syncBuiltinESMExports();

const provider = JsonRpcProvider.prototype;
const ask = Reflect.get(provider, 'send') as (...args: unknown[]) => Promise<unknown>;
provider.send = async function send(method: string, params: unknown[] | Record<string, unknown>) {
  const isSending = method === 'eth_sendRawTransaction';
  if (isSending) effect('chain');
  const answer = await ask.call(this, method, params);
  if (isSending) effect('chain');
  return answer;
};

const { run } = await import('../../src/cli/program.ts');
const { EVL } = await import('../../src/cli/programs/evl.ts');
const { stdin, stdout, stderr, env } = process;
const exit = await run(argv, { stdin, stdout, stderr, env, abortOn: () => new AbortController().signal }, EVL);
process.stderr.write(`\neffects ${effects}\n`);
process.exit(exit);
