import { LEDGER_SUMMARY } from '../../text/help.ts';
import { readConfig } from '../settings/settings.ts';
import { SETTING_NAMES } from '../settings/settings-table.ts';
import type { ProgramDefinition } from '../program.ts';
import type { Cli } from '../shell/context.ts';

const auditAccess = async (cli: Cli, folder: string) =>
  (await import('../tasks/audit-access.ts')).auditAccessOf(cli, folder);

/** Every command, each loaded when it is used. */
export const EVL: ProgramDefinition = {
  name: 'evl',
  summary: LEDGER_SUMMARY,
  settings: SETTING_NAMES,
  commands: {
    init: () => import('../commands/init.ts'),
    serve: () => import('../commands/serve.ts'),
    chain: () => import('../commands/chain.ts'),
    add: () => import('../commands/add.ts'),
    verify: () => import('../commands/verify.ts'),
    check: () => import('../commands/check.ts'),
    list: () => import('../commands/list.ts'),
    show: () => import('../commands/show.ts'),
    cert: () => import('../commands/cert.ts'),
    receipt: () => import('../commands/receipt.ts'),
    trust: () => import('../commands/trust.ts'),
    key: () => import('../commands/key.ts'),
    hash: () => import('../commands/hash.ts'),
    anchor: () => import('../commands/anchor.ts'),
    audit: async () => {
      const audit = await import('../commands/audit.ts');
      return { addCommand: (program, cli) => audit.addCommand(program, cli, auditAccess) };
    },
    fsck: () => import('../commands/fsck.ts'),
    repair: () => import('../commands/repair.ts'),
    backup: () => import('../commands/backup.ts'),
    restore: () => import('../commands/restore.ts'),
    doctor: () => import('../commands/doctor.ts'),
    'rebuild-index': () => import('../commands/rebuild-index.ts'),
    login: () => import('../commands/login.ts'),
    logout: () => import('../commands/logout.ts'),
    org: () => import('../commands/org.ts'),
    people: () => import('../commands/people.ts'),
    'api-key': () => import('../commands/api-key.ts'),
    case: () => import('../commands/case.ts'),
    access: () => import('../commands/access.ts'),
    witness: () => import('../commands/witness.ts'),
    settings: () => import('../commands/settings.ts'),
    completion: () => import('../commands/completion.ts'),
  },
  helpers: {
    complete: () => import('../commands/complete.ts'),
    reference: () => import('../commands/reference.ts'),
  },
  readConfig,
};
