import { useEffect, useRef } from 'react';

import { isTyping, matches, SHORTCUT_NAMES, type ShortcutName } from './keys';

export type KeyHandlers = Readonly<Partial<Record<ShortcutName, () => void>>>;

/** An open dialog owns the keyboard; keys of the page below it must not fire. */
const dialogOpen = (): boolean => document.querySelector('.ant-modal-wrap:not([style*="display: none"])') !== null;

/** Enter and Space on a focused button or link belong to that control. */
const onControl = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && target.closest('button, a, summary, [role="tab"], [role="switch"]') !== null;

/** Obey shortcuts while the component is shown. The newest handlers are always the ones called. */
export function useKeys(handlers: KeyHandlers, enabled = true): void {
  const latest = useRef(handlers);
  useEffect(() => {
    latest.current = handlers;
  });
  useEffect(() => {
    if (!enabled) return undefined;
    const hear = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || dialogOpen()) return;
      const typing = isTyping(event.target);
      for (const name of SHORTCUT_NAMES) {
        const act = latest.current[name];
        if (act === undefined || !matches(event, name, typing)) continue;
        if (name === 'open' && onControl(event.target)) continue;
        event.preventDefault();
        act();
        return;
      }
    };
    // In the capture phase: a page's keys come before those of a part of it, such as the viewer's.
    globalThis.addEventListener('keydown', hear, true);
    return () => globalThis.removeEventListener('keydown', hear, true);
  }, [enabled]);
}
