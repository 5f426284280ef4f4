import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';

/**
 * Where what has the focus goes away, the focus goes on to the result; where nothing is given any
 * more, to the field that something is looked up with or, without one, to the choice of files.
 */
export function useKeptFocus(isGiven: boolean): void {
  const focused = useRef<Element | undefined>(undefined);
  useEffect(() => {
    const keep = ({ target }: Event) => (focused.current = target instanceof Element ? target : undefined);
    // a click that focuses nothing gives the focus up
    const forget = () => (focused.current = undefined);
    addEventListener('focusin', keep);
    addEventListener('pointerdown', forget);
    return () => {
      removeEventListener('focusin', keep);
      removeEventListener('pointerdown', forget);
    };
  }, []);
  useLayoutEffect(() => {
    if (focused.current?.isConnected !== false) return;
    const place = isGiven ? '#result' : '#typed, #files';
    if (document.activeElement === document.body) document.querySelector<HTMLElement>(place)?.focus();
  });
}
