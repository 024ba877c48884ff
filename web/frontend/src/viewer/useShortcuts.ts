import { useEffect } from 'react';
import { commandFor, type Desk } from './ui/commands';

/** Keys belong to whoever is being typed into: the report beside the picture, or a select. */
function isTyping(event: KeyboardEvent): boolean {
  const target = event.target instanceof Element ? event.target : null;
  return event.isComposing || target?.closest('input, textarea, select, [contenteditable]:not([contenteditable="false"]), [role="dialog"], [role="textbox"]') != null;
}

/** The viewer's keys, for the whole page while nothing is being typed. */
export function useShortcuts(desk: Desk | undefined): void {
  useEffect(() => {
    if (desk === undefined) return undefined;
    const onKey = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || isTyping(event)) return;
      const run = commandFor(event);
      if (run === undefined) return;
      event.preventDefault();
      run(desk);
    };
    // On the way down: Cornerstone swallows keys on the picture once it has been clicked.
    window.addEventListener('keydown', onKey, { capture: true });
    return () => window.removeEventListener('keydown', onKey, { capture: true });
  }, [desk]);
}
