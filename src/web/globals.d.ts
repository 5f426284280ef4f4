/** What browsers take and their types leave out. */
interface RequestInit {
  /** Required by a body that is a stream. */
  duplex?: 'half';
}
