import { DIRECTORY_ERRORS } from './directory-errors.ts';
import { ACCESS_ERRORS } from './access-errors.ts';

/** What to do about the refusals that the pages of an account meet, by their codes. */
export const ACCOUNT_ADVICE = {
  'sign-in-failed': ACCESS_ERRORS['sign-in-failed'].http.advice,
  'sign-in-paused': ACCESS_ERRORS['sign-in-paused'].http.advice,
  'sign-in-busy': ACCESS_ERRORS['sign-in-busy'].http.advice,
  'link-invalid': ACCESS_ERRORS['link-invalid'].http.advice,
  'password-too-short': ACCESS_ERRORS['password-too-short'].http.advice,
  'password-common': ACCESS_ERRORS['password-common'].http.advice,
  'password-too-long': ACCESS_ERRORS['password-too-long'].http.advice,
  'login-request-unknown': ACCESS_ERRORS['login-request-unknown'].http.advice,
  'login-request-decided': ACCESS_ERRORS['login-request-decided'].http.advice,
  'last-credential': ACCESS_ERRORS['last-credential'].http.advice,
  'passkey-failed': ACCESS_ERRORS['passkey-failed'].http.advice,
  'sign-in-ended': ACCESS_ERRORS['sign-in-ended'].http.advice,
  'role-not-held': DIRECTORY_ERRORS['role-not-held'].http.advice,
} as const;
