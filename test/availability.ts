/**
 * Whether a test can run that needs a program, a right or a system which a machine may lack: the
 * condition of `runIf`. Reports what is missing; with `EVL_REQUIRE_ALL=1` nothing may be missing,
 * and it throws.
 */
export function isAvailable(what: string, isPresent: boolean): boolean {
  if (isPresent) return true;
  const message = `${what} is missing: tests are skipped`;
  if (process.env['EVL_REQUIRE_ALL'] === '1') throw new Error(message);
  console.warn(message);
  return false;
}

export const hasLinux = (): boolean => isAvailable('Linux', process.platform === 'linux');

/** File modes, links, pipes and a shell. */
export const hasPosix = (): boolean => isAvailable('a POSIX system', process.platform !== 'win32');
