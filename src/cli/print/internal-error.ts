import { errorText } from '../../text/error-text.ts';
import { OPERATOR } from '../../text/operator.ts';
import type { Cli } from '../shell/context.ts';

/**
 * Prints an unexpected error of a running service or witness; its stack only where `EVL_DEBUG` is
 * 1.
 */
export function printInternalError(cli: Cli, error: unknown): void {
  cli.output.debug(error);
  cli.output.notice(cli.format(OPERATOR.internalError, { reason: errorText(error) }), 'bad');
}
