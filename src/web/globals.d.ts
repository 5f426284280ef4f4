/** What browsers take and their types leave out. */
interface RequestInit {
  /** Required by a body that is a stream. */
  duplex?: 'half';
}

/**
 * What the build makes of the verify page: `offline` is one file that asks nobody. Compared where
 * it decides, so that the build leaves out what only the other page does.
 */
declare const EVL_MODE: 'offline' | 'served';
