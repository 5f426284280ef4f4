import type { Lang } from '../../text/message.ts';

/** Court mode is `?court` in the address, whose fragment names the record that is looked up. */
export function isCourtAsked(): boolean {
  return new URLSearchParams(location.search).has('court');
}

/**
 * Writes court mode into the query of the address, and the language where it names one. Fragment
 * and history stay as they are.
 */
export function showInAddress(isCourt: boolean, lang: Lang): void {
  const given = location.search.slice(1).split('&');
  const kept = given.filter((one) => one !== '' && !/^court(?:=|$)/.test(one));
  const parts = kept.map((one) => one.replace(/^lang=.*/, `lang=${lang}`));
  const query = [...parts, ...(isCourt ? ['court'] : [])].join('&');
  try {
    history.replaceState(history.state, '', `${location.pathname}${query && `?${query}`}${location.hash}`);
  } catch {
    // a browser that lets no page from a disk change its address
  }
}
