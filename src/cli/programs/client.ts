import * as add from '../commands/add.ts';
import * as audit from '../commands/audit.ts';
import * as check from '../commands/check.ts';
import * as hash from '../commands/hash.ts';
import * as list from '../commands/list.ts';
import * as receipt from '../commands/receipt.ts';
import * as show from '../commands/show.ts';
import * as trust from '../commands/trust.ts';
import * as verify from '../commands/verify.ts';
import { CLIENT_SUMMARY } from '../../text/help.ts';
import { readConfig } from '../settings/settings.ts';
import type { ProgramDefinition } from '../program.ts';

/**
 * The commands of people who work with a ledger that is elsewhere; bundled as a package of its own.
 */
export const CLIENT: ProgramDefinition = {
  name: 'evl',
  summary: CLIENT_SUMMARY,
  settings: ['rpcUrl', 'maxFeeGwei', 'caseFormats', 'url', 'webhook', 'apiKeyFile', 'case', 'lang', 'home'],
  commands: {
    add: async () => add,
    verify: async () => verify,
    check: async () => check,
    list: async () => list,
    show: async () => show,
    receipt: async () => receipt,
    trust: async () => trust,
    hash: async () => hash,
    audit: async () => audit,
  },
  readConfig,
};
