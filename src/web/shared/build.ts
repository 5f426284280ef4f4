declare const EVL_VERSION: string;

/** The program of the page: its name and version, and the SHA-256 of its style and script. */
export function thisProgram(): { readonly name: string; readonly version: string; readonly sha256: string } {
  const { EVL_PAGE_SHA256: sha256 = '' } = globalThis as { readonly EVL_PAGE_SHA256?: string };
  return { name: 'evidence-ledger', version: EVL_VERSION, sha256 };
}
