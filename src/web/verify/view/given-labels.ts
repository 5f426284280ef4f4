import { VERIFY_PAGE } from '../../../text/verify-page.ts';

/** What the name of a result is of. */
export const GIVEN_LABELS = {
  file: VERIFY_PAGE.verifiedFile,
  receipt: VERIFY_PAGE.givenReceipt,
  typed: VERIFY_PAGE.lookedUp,
  listed: VERIFY_PAGE.recordedFile,
};
