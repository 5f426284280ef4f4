import type { Act } from '../../people/rights.ts';

/**
 * What an operation leaves in the access log, by its act. `before`: an entry that is durable before
 * the answer, without which the request is refused. `if-possible`: the same, but the request is not
 * refused where the log is full, since the directory keeps the event itself, and a right has to be
 * revocable then too. `no`: the record or the metrics show it.
 */
export const LOGGED_ACTS: Readonly<Record<Act, 'before' | 'if-possible' | 'no'>> = {
  register: 'no',
  search: 'before',
  look: 'before',
  'read-content': 'before',
  anchor: 'no',
  'open-case': 'if-possible',
  'look-at-case': 'before',
  assign: 'if-possible',
  grant: 'if-possible',
  publish: 'if-possible',
  'manage-organisations': 'if-possible',
  'manage-people': 'if-possible',
  'confirm-restore': 'if-possible',
  'list-colleagues': 'no',
  'list-organisations': 'no',
  'read-directory-events': 'before',
  'read-access-log': 'before',
  'read-access-to-case': 'before',
  'make-own-key': 'if-possible',
  monitor: 'no',
  'manage-own-account': 'if-possible',
};
