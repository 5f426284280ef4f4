import type { AnchorChain } from '../../src/log/ports.ts';
import { startSmallService } from './small-service.ts';

/**
 * `node small-service-process.ts DATA_DIR SEGMENT_BYTES`: the small service in its own process,
 * which a test can trace and kill. The chain stays with the test and is reached by messages, so
 * that it outlives the process; so do the steps that the test triggers.
 */
export type Step = 'publish' | 'anchor';
export type FromChild =
  | { readonly ready: string; readonly pid: number }
  | { readonly ask: number; readonly method: keyof AnchorChain; readonly args: readonly unknown[] }
  | { readonly stepped: string };
export type ToChild = { readonly answer: number; readonly value?: unknown } | { readonly step: Step };

const [dir, segmentBytes] = process.argv.slice(2);
const waiting: ((value: unknown) => void)[] = [];
const send = (message: FromChild) => process.send!(message);

const chain = new Proxy({} as AnchorChain, {
  get: (_, method) =>
    method === 'then'
      ? undefined
      : (...args: unknown[]) =>
          new Promise((resolve) => {
            send({ ask: waiting.push(resolve) - 1, method: method as keyof AnchorChain, args });
          }),
});
const { url, log } = await startSmallService(dir!, Number(segmentBytes), chain);

process.on('message', (message: ToChild) => {
  if ('answer' in message) return waiting[message.answer]!(message.value);
  const done = message.step === 'publish' ? log.publishStep() : log.anchorStep();
  done.then(
    () => send({ stepped: '' }),
    (error: unknown) => send({ stepped: String(error) }),
  );
});
process.once('disconnect', () => process.exit()); // the test has gone
send({ ready: url, pid: process.pid });
