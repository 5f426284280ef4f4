/** What the build puts into the page. */

declare const EVL_MODE: 'offline' | 'served';
declare const EVL_VERSION: string;

/** `offline`: the page as one file, which asks nobody. */
export const MODE = EVL_MODE;
export const VERSION = EVL_VERSION;
