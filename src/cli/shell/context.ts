import { LedgerError } from '../../text/ledger-error.ts';
import { format, type Lang, type Message, type MessageValues } from '../../text/message.ts';
import {
  chooseSettings,
  settingInForce,
  type Settings,
  type SettingsFile,
  type SettingTexts,
} from '../settings/settings.ts';
import type { SettingName } from '../settings/settings-table.ts';
import { Output, type TextWidth } from './output.ts';
import type { Surroundings } from './surroundings.ts';

/** What a command gets: the reader's language, streams, settings, signals, and how it ends. */
export interface Cli {
  readonly lang: Lang;
  readonly output: Output;
  readonly stdin: AsyncIterable<Uint8Array>;
  /** Where a service writes its log as JSON lines. */
  readonly stderr: NodeJS.WritableStream;
  /** A message in the reader's language. */
  format<const W extends Message>(message: W, ...values: MessageValues<W>): string;
  /** The settings, where flags of the command come before all other sources. */
  settings(flags?: SettingTexts): Settings;
  /** One setting as it was written, and its source. */
  settingInForce(name: SettingName): ReturnType<typeof settingInForce>;
  /** Whether this program has a command: it advises no other. */
  hasCommand(name: string): boolean;
  /** Sets the hint that Ctrl-C prints: what is done, and how to continue. */
  onInterrupt(hint: () => Message): void;
  /**
   * Aborted at SIGINT or SIGTERM. Only for a command that runs until it is stopped; further signals
   * are ignored, so that they do not cut off its shutdown.
   */
  stopSignal(): AbortSignal;
  /**
   * Wraps the body of a command for commander. The body returns the exit code; a `LedgerError` that
   * it throws ends the command with the error's own. Ctrl-C ends it at once with 130, unless the
   * body handles signals itself.
   */
  action<Args extends unknown[]>(
    body: (...args: Args) => Promise<number>,
    options?: { readonly handlesSignals?: boolean },
  ): (...args: Args) => Promise<void>;
}

/** The context of one run, and the exit code of its command. */
export interface CliRun extends Cli {
  readonly exitCode: number | undefined;
}

interface RunOptions {
  readonly widthOf?: TextWidth | undefined;
  readonly isJson: boolean;
  readonly lang: Lang;
  /** Undefined: all. */
  readonly commands?: readonly string[] | undefined;
  /** The settings file, or why it cannot be read. */
  readonly config: SettingsFile | LedgerError;
  /** Flags that precede the command. */
  readonly flags: SettingTexts;
}

export function createCli(
  surroundings: Surroundings,
  { isJson, lang, commands, config, flags, widthOf }: RunOptions,
): CliRun {
  const { env } = surroundings;
  const output = new Output(isJson, lang, surroundings, widthOf);
  let exitCode: number | undefined;
  let interruptHint: (() => Message) | undefined;
  return {
    lang,
    output,
    get stdin() {
      return surroundings.stdin;
    },
    stderr: surroundings.stderr,
    format: (message, ...values) => format(lang, message, ...values),
    settings(own = {}) {
      if (config instanceof Error) throw config;
      return chooseSettings(own, env, config);
    },
    settingInForce(name) {
      return settingInForce(name, flags, env, config instanceof Error ? {} : config);
    },
    hasCommand: (name) => commands === undefined || commands.includes(name),
    onInterrupt(hint) {
      interruptHint = hint;
    },
    stopSignal: () => surroundings.abortOn('SIGINT', 'SIGTERM'),
    action(body, { handlesSignals = false } = {}) {
      return async (...args) => {
        const running = body(...args);
        exitCode = await (handlesSignals
          ? running
          : Promise.race([running, interruption(surroundings.abortOn('SIGINT'), () => interruptHint?.())]));
        output.endProgress();
      };
    },
    get exitCode() {
      return exitCode;
    },
  };
}

/** Rejects with `interrupted` once the signal is aborted. */
async function interruption(signal: AbortSignal, hint: () => Message | undefined): Promise<never> {
  await aborted(signal);
  throw new LedgerError('interrupted', { hint: hint() });
}

/** Resolves once the signal is aborted. */
export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
