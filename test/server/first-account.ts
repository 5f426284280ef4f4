import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export const PASSWORD = 'several unrelated words';

/** Sends a JSON body by POST and gives that of the answer. */
export type PostJson = (path: string, body: object, headers: Record<string, string>) => Promise<unknown>;

/**
 * Makes the first account of a ledger as the owner of its folder does; resolves to the token of the
 * link by which the administrator sets a password.
 */
export async function addFirstAdmin(dataDir: string, post: PostJson): Promise<string> {
  const host = { authorization: `Bearer ${readFileSync(join(dataDir, 'host.token'), 'utf8').trim()}` };
  const office = { kind: 'procuratorate', name: 'office' };
  const { id: organisation } = (await post('/v1/organisations', office, host)) as { readonly id: string };
  const admin = { organisation, roles: ['admin'], signInName: 'admin', name: 'admin' };
  return ((await post('/v1/people', admin, host)) as { readonly link: string }).link;
}
