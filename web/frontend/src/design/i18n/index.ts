import { useSyncExternalStore } from 'react';

import { setRequestLanguage } from '../../api/client';
import { messages, type MessageKey } from './messages';

/** Chinese first, English second. A message is a pair in one table, so neither language can miss a key. */

export type Language = 'zh' | 'en';
export type Facts = Readonly<Record<string, string | number>>;
export type { MessageKey };

const STORAGE_KEY = 'lianzhen.language';
const listeners = new Set<() => void>();
let current: Language = localStorage.getItem(STORAGE_KEY) === 'en' ? 'en' : 'zh';
apply(current);

function apply(language: Language): void {
  document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
  setRequestLanguage(language);
}

export function setLanguage(language: Language): void {
  current = language;
  localStorage.setItem(STORAGE_KEY, language);
  apply(language);
  for (const hear of listeners) hear();
}

export function getLanguage(): Language {
  return current;
}

/** The message in the current language with its {placeholders} filled. */
export function t(key: MessageKey, facts?: Facts): string {
  const message = messages[key][current === 'zh' ? 0 : 1];
  if (facts === undefined) return message;
  return message.replaceAll(/\{(\w+)\}/g, (hole, name: string) => String(facts[name] ?? hole));
}

/** Re-render when the language changes. */
export function useLanguage(): Language {
  return useSyncExternalStore(
    (hear) => {
      listeners.add(hear);
      return () => listeners.delete(hear);
    },
    () => current,
  );
}
