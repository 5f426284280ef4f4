declare const EVL_VERSION: string;

/** The version of the program, which the build puts into the page. */
export const VERSION = EVL_VERSION;
