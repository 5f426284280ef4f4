import artifact from './evidence-anchor.json' with { type: 'json' };

/** Of the same source compiled for Osaka, as ledgers deployed it before the version for London. */
const EARLIER_CODE_HASHES = ['0x90ca147fe519d8e56e910deb11904a8405acd9ce2c9a53be4aa76cd127537501'];

/** Whether keccak256 of a runtime code (0x-hex lower case) is that of an `EvidenceAnchor`. */
export function isAnchorContract(codeHash: string): boolean {
  return codeHash === artifact.codeHash || EARLIER_CODE_HASHES.includes(codeHash);
}
