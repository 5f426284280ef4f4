const FRAGMENT = '#court';

/** Court mode has an address of its own, which can be bookmarked: `#court` or `?court`. */
export function isCourtAsked(): boolean {
  return location.hash === FRAGMENT || new URLSearchParams(location.search).has('court');
}

/** Writes into the address what is shown, without a new entry of the history. */
export function showCourtInAddress(isCourt: boolean): void {
  const url = new URL(location.href);
  url.searchParams.delete('court');
  if (isCourt) url.hash = FRAGMENT;
  else if (url.hash === FRAGMENT) url.hash = '';
  try {
    history.replaceState(null, '', url);
  } catch {
    // a page that was opened from a disk may not change its address
  }
}
