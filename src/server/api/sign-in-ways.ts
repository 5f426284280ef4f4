import * as z from 'zod';
import { offersPasskeys } from '../access/passkeys.ts';
import { define, jsonAnswer } from '../operation.ts';
import { RATES } from '../rates.ts';

const Ways = z
  .strictObject({
    hasAccounts: z.boolean().describe('false: the ledger has no accounts, and nobody signs in'),
    password: z.boolean(),
    isResting: z.boolean().describe('a restore waits for an administrator: nobody else may sign in'),
    passkey: z.boolean().describe('over https and by a name only'),
    oidc: z.array(z.strictObject({ id: z.string(), name: z.string() })).describe('providers that sign people in'),
  })
  .meta({ id: 'SignInWays', description: 'How people sign in to this service.' });

export default define(
  {
    method: 'get',
    path: '/v1/sign-in-ways',
    id: 'listSignInWays',
    tag: 'people',
    act: 'public',
    summary: 'How people sign in here',
    rate: RATES.read,
    answers: {
      200: jsonAnswer('the ways', Ways, {
        hasAccounts: true,
        password: true,
        isResting: false,
        passkey: false,
        oidc: [],
      }),
    },
  },
  ({ people: { directory }, providers, isSecure }) =>
    (request, response) => {
      const hasAccounts = directory.hasPeople();
      const passkey = hasAccounts && offersPasskeys(request, isSecure);
      const oidc = hasAccounts ? [...providers.list()] : [];
      response.setHeader('Cache-Control', 'no-store').json({
        hasAccounts,
        password: hasAccounts,
        isResting: directory.isRestored(),
        passkey,
        oidc,
      });
    },
);
