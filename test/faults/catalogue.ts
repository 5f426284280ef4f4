/**
 * The faults that store and anchoring are made for, the attacks on what is proved (M), the pages
 * (W), and what is to happen in each. A test that shows a case names it in brackets at the end of
 * its name: `… [S14]`, `… [S2 S3]`. `npm run faults` runs all of these and writes `docs/FAULTS.md`
 * from what happened.
 */
export interface Case {
  readonly fault: string;
  readonly expected: string;
}

export const CASES: Readonly<Record<string, Case>> = {
  S1: {
    fault: 'SIGKILL at random moments under 64 writers',
    expected: 'nothing acknowledged is lost; the restart is quick',
  },
  S2: {
    fault: 'SIGKILL at each write, sync, open and rename of a registration, a segment roll, an anchor state, a rebuild',
    expected: 'the old state or the new one, never a mixture',
  },
  S3: { fault: 'EIO at each of these calls', expected: 'a 5xx answer, exit 70, a clean restart' },
  S4: {
    fault: 'the sync reports EIO though the data is on the disk',
    expected: 'a retry with the same key gives the same record, one entry in the tree',
  },
  S5: { fault: 'EIO once, then a healthy disk', expected: 'the same handle acknowledges nothing more' },
  S6: {
    fault: 'the disk fills within a write, gets space back, traffic continues',
    expected: 'nothing acknowledged is lost',
  },
  S7: { fault: 'the disk is full at the start', expected: 'it starts read-only and reports it; nothing is changed' },
  S8: { fault: 'less space than the reserve', expected: '507 before the disk is full; reads and verification go on' },
  S9: { fault: 'a file-size limit stops a segment (EFBIG)', expected: 'fail-stop, a clean restart' },
  S10: {
    fault: 'no file handle left (EMFILE)',
    expected: '503 with Retry-After, recovery without a restart, nothing half',
  },
  S11: { fault: 'power cut before the sync', expected: 'what was not acknowledged may be gone, what was may not' },
  S12: {
    fault: 'power cut after the sync of the frame, before the index',
    expected: 'the replay finishes it, with the same root',
  },
  S13: { fault: 'power cut between index and answer', expected: 'the record exists, a retry with its key gets it' },
  S14: {
    fault: 'the last frame cut after each of its bytes',
    expected: 'the tail is cut and reported, no other record is touched',
  },
  S15: { fault: 'the last segment ends in zeros', expected: 'taken for torn, and cut' },
  S16: {
    fault: '1,000 single bits flipped, over all files',
    expected: 'each harmless or found and named; no wrong answer',
  },
  S17: {
    fault: 'a bit flipped in memory or in a cached tile',
    expected: 'the check before signing fails; nothing is signed',
  },
  S18: { fault: 'a segment deleted', expected: 'no signing; the missing range is named' },
  S19: {
    fault: 'the newest segment cut by whole records',
    expected: 'refused by what index, pin or contract remember',
  },
  S20: { fault: 'the whole folder replaced by an older backup', expected: 'refused because of an external head' },
  S21: { fault: 'CURRENT of LevelDB deleted', expected: 'never opened as empty; the index is made again' },
  S22: {
    fault: 'MANIFEST or a table of LevelDB deleted, cut or flipped',
    expected: 'the index is made again, the answers are the same',
  },
  S23: { fault: 'the log of LevelDB deleted, cut or flipped', expected: 'what is missing is noticed and replayed' },
  S24: { fault: 'segments swapped or duplicated', expected: 'the chain of frames breaks, at a seq that is named' },
  S25: { fault: 'a record edited and its checksum corrected', expected: 'the record is named' },
  S26: {
    fault: 'a record and everything after it rewritten',
    expected: 'differs from what was anchored: INCONSISTENT',
  },
  S27: {
    fault: 'the newest records deleted before their anchor',
    expected: 'shown by receipts and by the states of auditors',
  },
  S28: { fault: 'two processes on one folder', expected: 'the second ends with 11, the first is not disturbed' },
  S29: { fault: 'a lock left by a dead process, a lock by a live one', expected: 'taken over; refused' },
  S30: { fault: 'the folder becomes read-only at run time', expected: 'fail-stop, nothing acknowledged is lost' },
  S31: { fault: 'a data folder on a network file system', expected: 'the doctor warns' },
  S32: { fault: 'a crash within rebuild, backup, restore, segment roll', expected: 'running it again completes it' },
  S33: { fault: 'a backup while 64 writers run', expected: 'the restored copy passes fsck at its checkpoint' },
  S34: {
    fault: 'a sync takes five seconds',
    expected: 'the queue is bounded, 503 beyond; nothing acknowledged before it',
  },
  S35: {
    fault: 'the order of sync and answer, from the system calls',
    expected: 'each 201 follows the sync of its frame',
  },
  S36: { fault: 'an upgrade of the folder killed in the middle; a newer folder', expected: 'resumed; refused by name' },
  T37: {
    fault: 'the clock jumps back an hour',
    expected: 'refused and reported until the hour has passed; log time never falls',
  },
  T38: {
    fault: 'the clock jumps forward a year, and back',
    expected: 'what was registered meanwhile stays; the jump back is refused',
  },
  T39: { fault: 'leap second, change of summer time, 2038, 2100', expected: 'order and times stay right' },
  T40: { fault: 'a client sends its own time of receipt', expected: 'refused (400)' },
  T41: { fault: 'a block is older than the log time', expected: 'bounds are shown, never a false exact time' },
  C42: { fault: 'one idempotency key, 100 requests at once', expected: 'one record, 100 equal answers' },
  C43: { fault: 'one key, another body', expected: '422, nothing is written' },
  C44: { fault: 'one file twice without a key', expected: 'a new record each time' },
  C45: { fault: 'a client that lost its answer tries again after a restart', expected: 'the same record' },
  C46: { fault: '1,000 registrations at once', expected: 'indexes without gap or double, each proof verifies' },
  C47: { fault: 'pages read while writes go on', expected: 'nothing skipped, nothing twice' },
  C50: { fault: 'SIGTERM under load', expected: 'requests are finished or refused within ten seconds, none is lost' },
  E51: {
    fault: 'no chain for 24 hours',
    expected: 'registration continues; within a minute of its return one anchor catches up',
  },
  E52: {
    fault: 'the node answers 429, garbage, or nothing',
    expected: 'tried again, later each time; no crash, no gap in the nonces',
  },
  E53: {
    fault: 'sending times out though the node took the transaction',
    expected: 'the same bytes again, one anchor',
  },
  E54: { fault: 'sending fails before the node took the transaction', expected: 'the same nonce, no gap' },
  E55: {
    fault: 'a transaction is stuck for want of fees',
    expected: 'replaced: same nonce and call, fees higher by an eighth, one effective anchor',
  },
  E56: { fault: 'another program uses the key', expected: 'detected and reported; the next nonce is used' },
  E57: { fault: 'killed between signing, sending and noting it', expected: 'one effective anchor' },
  E58: {
    fault: 'a reorganisation of 1, 3 and 12 blocks takes the anchor away',
    expected: 'pending again, anchored again; no receipt had it',
  },
  E59: {
    fault: 'after a reorganisation it is in another block',
    expected: 'block and time are those of the new one',
  },
  E60: { fault: 'the chain was reset', expected: 'refused, with the next step' },
  E61: { fault: 'another chain, or another contract in the place of ours', expected: 'refused' },
  E62: {
    fault: 'a node makes up a root, an event or a block',
    expected: 'never VERIFIED, and never INCONSISTENT on its statement alone; with a pinned block it does not matter',
  },
  E63: { fault: 'a node is behind, or hides what is newer', expected: 'it does not count' },
  E64: { fault: 'two nodes disagree', expected: 'INDETERMINATE, never the majority of one' },
  E65: {
    fault: 'the account is empty, the call reverts or runs out of gas',
    expected: 'reported; registration continues; another one follows',
  },
  E66: { fault: 'gas costs more than is allowed', expected: 'waited for, and reported' },
  E67: { fault: 'a smaller size, or another root for a size, is sent to the contract', expected: 'it reverts' },
  E68: {
    fault: 'a stranger anchors; the operator is replaced while an anchor is on its way',
    expected: 'it reverts, and is reported',
  },
  E69: { fault: 'other code in the place of the contract', expected: 'noticed by its hash' },
  M70: {
    fault: 'an entry of 64 bytes that spells two hashes, a node passed for an entry',
    expected: 'nothing under or above it is included: leaves and nodes are hashed apart',
  },
  M71: { fault: 'the last entry repeated', expected: 'another root' },
  M72: {
    fault:
      'an inclusion path with a byte changed, a hash added, removed, swapped, the order reversed, none, 65 of them',
    expected: 'refused by verifier and contract, and within a receipt',
  },
  M73: {
    fault: 'an index at or past the size, below zero, of 2^53 or 2^64, with zeros before it, with a fraction, as 1e3',
    expected: 'refused, in proof and receipt',
  },
  M74: {
    fault: 'trees of no and of one entry; a path where there is none',
    expected: 'right to the edge, refused beyond',
  },
  M75: {
    fault:
      'a consistency proof from the larger to the smaller, of equal sizes with another root, from nothing, with hashes too many',
    expected: 'refused by verifier and contract',
  },
  M76: {
    fault: 'a valid record, entry, proof, checkpoint or anchor of another record, size, log or chain',
    expected: 'never verified: each is bound to the next',
  },
  M77: {
    fault: 'an old checkpoint shown as the newest',
    expected: 'what is pending too long is INDETERMINATE; a client that remembers more detects the rollback',
  },
  M78: { fault: 'two checkpoints of one size with different roots', expected: 'INCONSISTENT, with both as evidence' },
  M79: {
    fault: 'the service changes the name, the identity or the key of its log',
    expected: 'the client keeps to what it remembers, and refuses',
  },
  M80: {
    fault: 'a signature by an unknown key, by one for another purpose, by one that was changed',
    expected: 'not taken; a changed key is good for its sizes alone',
  },
  M81: {
    fault: 'Ed25519 with a malleable signature, points of small order, second spellings',
    expected: 'refused, alike by each library that signs or verifies here',
  },
  M82: {
    fault: 'a good signature or hash over other bytes: white space, CRLF, a byte order mark, NFC and NFD, a name twice',
    expected: 'not taken for the signed ones',
  },
  M83: {
    fault: 'an unknown version, extension or member, or garbage, in any part of a receipt',
    expected: 'INDETERMINATE, never a pass',
  },
  M84: {
    fault: 'a witness that is off; one that cosigns two trees of one size',
    expected: 'k of n decide; two trees contradict each other, whichever witnesses cosigned them',
  },
  M85: {
    fault: 'TypeScript, Solidity and the recursion of the RFC judge one proof',
    expected: 'one answer, for all vectors and for random trees',
  },
  M86: {
    fault: 'a proof of 100 MB, JSON a million levels deep, `__proto__`, NaN',
    expected: 'refused within bounds of time and memory',
  },
  W120: {
    fault: 'a printed certificate whose QR code leads to a look-alike of the service',
    expected: 'the other host is named; log key and fingerprint stand on the certificate',
  },
  W121: {
    fault: 'files of all kinds are verified in the page while everything that it sends is recorded',
    expected: 'no byte of a file and no name leaves; of digests only the one that is looked up',
  },
  W122: {
    fault: 'every vector in the page from a disk, with the network off',
    expected: 'verdict, steps and codes of the command line',
  },
  W123: {
    fault: 'the page is reloaded while it reads many files',
    expected: 'it begins again with the same results, and nothing was registered',
  },
  W124: {
    fault: 'a file of 10 GiB in the page',
    expected: 'less than 300 MB of memory, clicks are answered, cancelling ends the reading',
  },
  W127: {
    fault: 'the page in both languages, with the keyboard alone, at 200 %, with long texts, on paper',
    expected: 'no finding of axe, nothing cut off, no key of a text shown',
  },
  W128: {
    fault: 'a certificate for names with rare characters',
    expected: 'drawn by another font, or refused with the character and its field; never a blank',
  },
};

/** Cases that no test of ours shows, and why. */
export const NOT_SHOWN: Readonly<Record<string, Case & { readonly reason: string }>> = {
  C48: {
    fault: 'a signed request is replayed',
    expected: '401 after its window',
    reason: 'there are no signed requests: without access control the service answers only the local machine',
  },
  C49: {
    fault: 'two clients resume one upload',
    expected: 'one wins, the bytes are whole',
    reason: 'uploads cannot be resumed yet: each is one request with a file of its own',
  },
};

/** The cases that the name of a test lists. */
export function casesIn(name: string): string[] {
  const tags = /\[((?:[STCEMW]\d{1,3} ?)+)\]$/.exec(name)?.[1];
  return tags === undefined ? [] : tags.split(' ');
}
