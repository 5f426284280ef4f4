import * as z from 'zod';
import { addressGroup, clientOf } from '../../http/client.ts';
import { PeopleError } from '../../text/people-error.ts';
import { readCookie, setCookie } from '../access/cookies.ts';
import { maySignIn } from '../access/sign-in.ts';
import { define } from '../operation.ts';
import { RATES } from '../rates.ts';
import { beginSession } from './sign-in.ts';

const PATH = { path: z.object({ id: z.string().describe('of the provider') }) };
const REDIRECT = { description: 'a redirect', headers: { Location: 'where the browser goes on' } };

/**
 * Signing in at a provider of OpenID Connect. The state of the first step is kept here, under a
 * token in a cookie: what another browser has begun ends in no session of this one.
 */
export default [
  define(
    {
      method: 'get',
      path: '/sign-in/with/{id}',
      id: 'beginProviderSignIn',
      tag: 'people',
      act: 'public',
      summary: 'Send the browser to a provider',
      rate: RATES.signIn,
      parameters: PATH,
      answers: { 303: REDIRECT },
      problems: ['not-found', 'provider-unreachable'],
    },
    ({ providers, providerSteps, isSecure }) =>
      async (request, response) => {
        const id = String(request.params['id']);
        const host = `${isSecure ? 'https' : 'http'}://${request.headers.host ?? ''}`;
        const { url, step } = await providers.begin(id, `${host}/sign-in/with/${encodeURIComponent(id)}/return`);
        const token = providerSteps.begin(step, addressGroup(clientOf(request)));
        setCookie(response, 'provider', token, { isSecure, maxAgeMs: undefined });
        response.setHeader('Cache-Control', 'no-store').status(303).location(url).end();
      },
  ),
  define(
    {
      method: 'get',
      path: '/sign-in/with/{id}/return',
      id: 'finishProviderSignIn',
      tag: 'people',
      act: 'public',
      summary: 'Where a provider sends the browser back to; signs in',
      rate: RATES.signIn,
      parameters: PATH,
      answers: { 303: REDIRECT },
      problems: ['sign-in-ended', 'provider-failed', 'provider-unreachable', 'identity-not-bound'],
    },
    (parts) => async (request, response) => {
      const { providers, providerSteps, isSecure } = parts;
      const token = readCookie(request, 'provider', parts);
      setCookie(response, 'provider', '', { isSecure, maxAgeMs: 0 });
      response.setHeader('Cache-Control', 'no-store');
      const step = token === undefined ? undefined : providerSteps.take(token);
      // each provider has an address of its own: none answers in the place of another
      if (step === undefined || step.provider !== request.params['id']) throw new PeopleError('sign-in-ended');
      const query = /\?.*$/s.exec(request.originalUrl)?.[0] ?? '';
      const { issuer, subject } = await providers.finish(step, query);
      const { directory } = parts.people;
      const person = directory.personByIdentity(issuer, subject);
      if (person === undefined || !maySignIn(directory, person)) {
        throw new PeopleError('identity-not-bound', { issuer, subject });
      }
      await beginSession(parts, request, response, person);
      response.status(303).location('/account').end();
    },
  ),
];
