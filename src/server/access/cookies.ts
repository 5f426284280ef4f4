import type { Request, Response } from 'express';

/** The names of our cookies over https; over plain http browsers keep neither prefix nor Secure. */
const NAMES = {
  session: '__Host-evl',
  device: '__Host-evl-device',
  passkey: '__Host-evl-passkey',
  provider: '__Host-evl-provider',
} as const;
export type CookieName = keyof typeof NAMES;

/** How the browser reaches the service. */
export interface CookieOptions {
  readonly isSecure: boolean;
}

/** The value of a cookie of ours; undefined where the request has none, or has it twice. */
export function readCookie(request: Request, name: CookieName, options: CookieOptions): string | undefined {
  const wanted = nameOf(name, options);
  const pairs = (request.headers.cookie ?? '').split(';').map((pair) => pair.trim().split('='));
  const values = pairs.filter(([given]) => given === wanted).map(([, value = '']) => value);
  return values.length === 1 ? values[0] : undefined;
}

/** Sets a cookie of ours; `maxAgeMs` undefined: until the browser is closed, 0: removes it. */
export function setCookie(
  response: Response,
  name: CookieName,
  value: string,
  { isSecure, maxAgeMs }: CookieOptions & { readonly maxAgeMs: number | undefined },
): void {
  response.cookie(nameOf(name, { isSecure }), value, {
    httpOnly: true,
    secure: isSecure,
    // Strict would lose the session on the way back from a provider on another site
    sameSite: 'lax',
    path: '/',
    ...(maxAgeMs !== undefined && { maxAge: maxAgeMs }),
  });
}

function nameOf(name: CookieName, { isSecure }: CookieOptions): string {
  return isSecure ? NAMES[name] : NAMES[name].replace('__Host-', '');
}
