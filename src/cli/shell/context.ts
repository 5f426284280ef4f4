import { EXIT } from '../../text/exit-codes.ts';
import { LedgerError } from '../../text/ledger-error.ts';
import { type MessageValues, type Lang, format, type Message } from '../../text/message.ts';
import { Output } from './output.ts';
import {
  chooseSettings,
  type SettingName,
  settingInForce,
  type Settings,
  type SettingTexts,
} from '../settings/settings.ts';

/** What a command is given: the reader's language, where to write, the settings, and how to end. */
export interface Cli {
  readonly lang: Lang;
  readonly output: Output;
  /** Words in the reader's language. */
  format<const W extends Message>(words: W, ...values: MessageValues<W>): string;
  /**
   * Settings, with the flags of this command above all other sources. Throws where one is wrong.
   */
  settings(flags?: SettingTexts): Settings;
  /** One setting as it was written, and where. */
  settingInForce(name: SettingName): ReturnType<typeof settingInForce>;
  /** What Ctrl-C says about what is done and how to go on. */
  onInterrupt(words: () => Message): void;
  /**
   * Wraps the body of a command for commander. The body returns the exit code; a `LedgerError` that
   * it throws is said and ends with its own. Ctrl-C ends with 130 at once, unless the body handles
   * signals itself.
   */
  action<Args extends unknown[]>(
    body: (...args: Args) => Promise<number>,
    options?: { readonly handlesSignals?: boolean },
  ): (...args: Args) => Promise<void>;
}

/** The context of one run, and the exit code that its command came to. */
export interface CliRun extends Cli {
  readonly exitCode: number | undefined;
}

export function createCli(
  isJson: boolean,
  lang: Lang,
  env: NodeJS.ProcessEnv,
  config: SettingTexts | LedgerError,
  flags: SettingTexts = {},
): CliRun {
  const output = new Output(isJson, lang);
  let exitCode: number | undefined;
  let goOn: (() => Message) | undefined;
  return {
    lang,
    output,
    format: (words, ...values) => format(lang, words, ...values),
    settings(own = {}) {
      if (config instanceof Error) throw config;
      return chooseSettings(own, env, config);
    },
    settingInForce(name) {
      // The language may have come by its flag, which stands before the command.
      return settingInForce(name, flags, env, config instanceof Error ? {} : config);
    },
    onInterrupt(words) {
      goOn = words;
    },
    action(body, { handlesSignals = false } = {}) {
      return async (...args) => {
        if (!handlesSignals) process.once('SIGINT', () => interrupt(output, goOn?.()));
        exitCode = await body(...args);
        output.endProgress();
      };
    },
    get exitCode() {
      return exitCode;
    },
  };
}

function interrupt(output: Output, hint: Message | undefined): void {
  output.failure(new LedgerError('interrupted', { hint }));
  process.exit(EXIT.interrupted);
}
