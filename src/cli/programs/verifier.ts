import * as check from '../commands/check.ts';
import * as hash from '../commands/hash.ts';
import * as show from '../commands/show.ts';
import * as verify from '../commands/verify.ts';
import { VERIFIER_SUMMARY } from '../../text/help.ts';
import type { ProgramDefinition } from '../program.ts';

/** The commands of a court; bundled into one file that reads no settings file. */
export const VERIFIER: ProgramDefinition = {
  name: 'evl-verify.mjs',
  summary: VERIFIER_SUMMARY,
  settings: ['rpcUrl', 'url', 'apiKeyFile', 'lang', 'home'],
  commands: {
    verify: async () => verify,
    check: async () => check,
    hash: async () => hash,
    show: async () => show,
  },
};
