import type { MessageKey } from './i18n';

/** Every key of the workstation in one table: what the handlers obey and what the help shows. */

export type Scope = 'everywhere' | 'list' | 'reading';

export interface Shortcut {
  readonly scope: Scope;
  /** As shown to people. Letters mean the key's place on the keyboard (event.code), so an input method cannot change them. */
  readonly keys: readonly string[];
  readonly does: MessageKey;
  /** Also obeyed while typing in a field. */
  readonly whileTyping: boolean;
}

const define = <K extends string>(table: Readonly<Record<K, Shortcut>>): Readonly<Record<K, Shortcut>> => table;

const shortcut = (scope: Scope, keys: readonly string[], does: MessageKey, whileTyping = false): Shortcut => ({
  scope,
  keys,
  does,
  whileTyping,
});

export const SHORTCUTS = define({
  help: shortcut('everywhere', ['?'], 'key.help'),
  next: shortcut('everywhere', ['n'], 'key.next'),
  down: shortcut('list', ['j', 'ArrowDown'], 'key.down'),
  up: shortcut('list', ['k', 'ArrowUp'], 'key.up'),
  open: shortcut('list', ['Enter', 'Space'], 'key.open'),
  search: shortcut('list', ['/'], 'key.search'),
  save: shortcut('reading', ['Ctrl+S'], 'key.save', true),
  submit: shortcut('reading', ['Ctrl+Enter'], 'key.submit', true),
  templates: shortcut('reading', ['Alt+T'], 'key.templates', true),
  blank: shortcut('reading', ['Alt+J'], 'key.blank', true),
  findings: shortcut('reading', ['Alt+1'], 'key.findings', true),
  impression: shortcut('reading', ['Alt+2'], 'key.impression', true),
  images: shortcut('reading', ['Alt+0'], 'key.images', true),
  positive: shortcut('reading', ['Alt+P'], 'key.positive', true),
  measure: shortcut('reading', ['Alt+M'], 'key.measure', true),
  diff: shortcut('reading', ['Alt+C'], 'key.diff', true),
  returnToWriter: shortcut('reading', ['Alt+R'], 'key.return', true),
  giveBack: shortcut('reading', ['Alt+G'], 'key.giveBack', true),
  list: shortcut('reading', ['Alt+L'], 'key.list', true),
});

export type ShortcutName = keyof typeof SHORTCUTS;

const isShortcut = (name: string): name is ShortcutName => Object.hasOwn(SHORTCUTS, name);

export const SHORTCUT_NAMES: readonly ShortcutName[] = Object.keys(SHORTCUTS).filter((name) => isShortcut(name));

export interface KeyPress {
  readonly key: string;
  readonly code: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
  readonly isComposing: boolean;
}

function nameOfKey(press: KeyPress): string {
  if (press.code.startsWith('Key')) return press.code.slice(3).toLowerCase();
  if (press.code.startsWith('Digit') && press.altKey) return press.code.slice(5);
  if (press.code === 'Space') return 'space';
  return press.key.toLowerCase();
}

function one(press: KeyPress, keys: string): boolean {
  const parts = keys.split('+');
  const wanted = (parts.at(-1) ?? '').toLowerCase();
  const control = press.ctrlKey || press.metaKey;
  if (control !== parts.includes('Ctrl') || press.altKey !== parts.includes('Alt')) return false;
  if (press.shiftKey && wanted !== '?') return false;
  return nameOfKey(press) === wanted || press.key.toLowerCase() === wanted;
}

/** Whether a key press means this shortcut. A key that an input method is using is never ours. */
export function matches(press: KeyPress, name: ShortcutName, typing: boolean): boolean {
  const wanted = SHORTCUTS[name];
  if (press.isComposing || (typing && !wanted.whileTyping)) return false;
  return wanted.keys.some((keys) => one(press, keys));
}

/** Whether the keyboard belongs to a field, a menu or an open dialog. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable) return true;
  return target.closest('input, textarea, select, [role="combobox"], [role="listbox"], [role="menu"]') !== null;
}

/** A key press in words: Ctrl+S → Ctrl S for <kbd> elements. */
export function keyCaps(keys: string): readonly string[] {
  const names: Readonly<Record<string, string>> = { ArrowDown: '↓', ArrowUp: '↑', Space: '空格' };
  return keys.split('+').map((part) => names[part] ?? part.toUpperCase().replace('CTRL', 'Ctrl').replace('ALT', 'Alt').replace('ENTER', 'Enter'));
}
