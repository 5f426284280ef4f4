import { LedgerError } from '../../text/ledger-error.ts';
import type { CommanderError } from 'commander';
import { USAGE } from '../../text/help.ts';
import { bilingual, type Message } from '../../text/message.ts';

/**
 * What commander says about a wrong command line, in our words. Its texts put what they name into
 * single quotes.
 */
export function usageFailure(error: CommanderError, program: string): LedgerError {
  const named = /'([^']*)'/.exec(error.message)?.[1] ?? '';
  const suggested = /Did you mean (?:one of )?([^?]+)\?/.exec(error.message)?.[1];
  const [code, sentence] = describe(error, named);
  const hint =
    suggested === undefined
      ? bilingual(USAGE.seeHelp, { program })
      : bilingual(USAGE.didYouMean, { suggested, program });
  return new LedgerError('usage', { sentence, relayed: code, hint });
}

function describe(error: CommanderError, named: string): readonly [code: string, words: Message] {
  switch (error.code) {
    case 'commander.unknownCommand':
      return ['usage-unknown-command', bilingual(USAGE.unknownCommand, { name: named })];
    case 'commander.unknownOption':
      return ['usage-unknown-option', bilingual(USAGE.unknownOption, { name: named })];
    case 'commander.missingArgument':
      return ['usage-missing-argument', bilingual(USAGE.missingArgument, { name: named })];
    case 'commander.optionMissingArgument':
      return ['usage-missing-value', bilingual(USAGE.missingValue, { name: named })];
    case 'commander.missingMandatoryOptionValue':
      return ['usage-missing-option', bilingual(USAGE.missingOption, { name: named })];
    case 'commander.excessArguments':
      return ['usage-too-many-arguments', bilingual(USAGE.tooManyArguments)];
    case 'commander.invalidArgument':
      return ['usage-wrong-value', bilingual(USAGE.wrongValue, { name: named, reason: allowedChoices(error.message) })];
    case 'commander.help':
      return ['usage-no-command', bilingual(USAGE.noCommand)];
    default:
      return ['usage', { zh: error.message, en: error.message }];
  }
}

/**
 * The choices out of "Allowed choices are a, b.", or what an option of ours says of its values;
 * else commander's own reason.
 */
function allowedChoices(message: string): string {
  const said =
    /Allowed choices are ([^.]*)\./.exec(message) ??
    /^error: option '[^']*' argument '.*' is invalid\. (.+)$/s.exec(message);
  return said?.[1] ?? message.replace(/^error: /, '');
}
