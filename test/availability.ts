/**
 * Whether a test can run that needs a program or a right which a machine may lack. With
 * `EVL_REQUIRE_ALL=1` nothing may be lacking: throws instead of answering false.
 */
export function isAvailable(what: string, isPresent: boolean): boolean {
  if (!isPresent && process.env['EVL_REQUIRE_ALL'] === '1')
    throw new Error(`${what} is missing: tests would be skipped`);
  return isPresent;
}
