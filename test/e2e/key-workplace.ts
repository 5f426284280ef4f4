import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { TrustJson } from '../oracle/ledger.ts';
import { Service, Workplace } from './program.ts';

/** A ledger in use whose keys are changed, and what its people do with it. */
export function keyWorkplace() {
  const workplace = new Workplace();
  const service = new Service(workplace);
  const at = (name: string) => join(workplace.dir, name);
  return {
    workplace,
    service,
    at,
    data: (name: string) => join(workplace.env['EVL_DATA_DIR']!, name),
    trusts: { old: at('old.trust.json'), new: at('new.trust.json') },
    /** Registers a file and waits for this state. */
    add: async (name: string, wait = 'final'): Promise<void> => {
      writeFileSync(at(name), `the letter ${name}`);
      const { exit, stderr } = await workplace.run(['add', at(name), '--wait', wait]);
      expect(exit, stderr).toBe(0);
    },
    trustNow: async () => (await (await fetch(`${service.url}/trust.json`)).json()) as TrustJson,
  };
}
