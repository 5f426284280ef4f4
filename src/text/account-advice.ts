import { DIRECTORY_ERRORS } from './directory-errors.ts';
import { REQUEST_ERRORS } from './request-errors.ts';

/** What to do about the refusals that the pages of an account meet, by their codes. */
export const ACCOUNT_ADVICE = {
  'sign-in-failed': REQUEST_ERRORS['sign-in-failed'].http.advice,
  'sign-in-paused': REQUEST_ERRORS['sign-in-paused'].http.advice,
  'sign-in-busy': REQUEST_ERRORS['sign-in-busy'].http.advice,
  'link-invalid': REQUEST_ERRORS['link-invalid'].http.advice,
  'password-too-short': REQUEST_ERRORS['password-too-short'].http.advice,
  'password-too-long': REQUEST_ERRORS['password-too-long'].http.advice,
  'login-request-unknown': REQUEST_ERRORS['login-request-unknown'].http.advice,
  'login-request-decided': REQUEST_ERRORS['login-request-decided'].http.advice,
  'role-not-held': DIRECTORY_ERRORS['role-not-held'].http.advice,
} as const;
