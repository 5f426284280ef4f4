import type { CommanderError } from 'commander';
import { USAGE } from '../../text/help.ts';
import { LedgerError } from '../../text/ledger-error.ts';
import { bilingual, type Message } from '../../text/message.ts';

/**
 * What commander finds wrong with a command line, as an error of ours. commander's messages quote
 * the names of options, arguments and commands in single quotes; nothing else of them is used.
 */
export function usageFailure(error: CommanderError, program: string): LedgerError {
  const suggested = /Did you mean (?:one of )?([^?]+)\?/.exec(error.message)?.[1];
  const [code, sentence] = describe(error);
  const hint =
    suggested === undefined
      ? bilingual(USAGE.seeHelp, { program })
      : bilingual(USAGE.didYouMean, { suggested, program });
  return new LedgerError('usage', { sentence, relayed: code, hint });
}

function describe({ code, message }: CommanderError): readonly [code: string, sentence: Message] {
  const name = /'([^']*)'/.exec(message)?.[1] ?? '';
  switch (code) {
    case 'commander.unknownCommand':
      return ['usage-unknown-command', bilingual(USAGE.unknownCommand, { name })];
    case 'commander.unknownOption':
      return ['usage-unknown-option', bilingual(USAGE.unknownOption, { name })];
    case 'commander.missingArgument':
      return ['usage-missing-argument', bilingual(USAGE.missingArgument, { name })];
    case 'commander.optionMissingArgument':
      return ['usage-missing-value', bilingual(USAGE.missingValue, { name })];
    case 'commander.missingMandatoryOptionValue':
      return ['usage-missing-option', bilingual(USAGE.missingOption, { name })];
    case 'commander.excessArguments':
      return ['usage-too-many-arguments', USAGE.tooManyArguments];
    case 'commander.invalidArgument':
      return ['usage-wrong-value', wrongValue(message, name)];
    case 'commander.help':
      return ['usage-no-command', USAGE.noCommand];
    default:
      return ['usage', USAGE.notReadable];
  }
}

/**
 * "error: option '--wait <state>' argument 'x' is invalid. Allowed choices are a, b." or "error:
 * command-argument value 'x' is invalid for argument 'shell'. …". Where the choices are not listed,
 * the rest is what an option of ours requires, in the reader's language.
 */
function wrongValue(message: string, firstName: string): Message {
  const name = / is invalid for argument '([^']*)'/.exec(message)?.[1] ?? firstName;
  const allowed = / is invalid(?: for argument '[^']*')?\. (?:Allowed choices are ([^.]*)\.|(.+)$)/s.exec(message);
  return bilingual(USAGE.wrongValue, { name, allowed: allowed?.[1] ?? allowed?.[2] ?? '' });
}
