import type { MessageKey } from './i18n';

/** Every key of the workstation in one table: what the handlers obey and what the help shows. */

export type Scope = 'everywhere' | 'list' | 'reading';

export interface Shortcut {
  readonly scope: Scope;
  /** As shown to people. Letters mean the key's place on the keyboard (event.code), so an input method cannot change them. */
  readonly keys: readonly string[];
  readonly does: MessageKey;
}

const define = <K extends string>(table: Readonly<Record<K, Shortcut>>): Readonly<Record<K, Shortcut>> => table;

const shortcut = (scope: Scope, keys: readonly string[], does: MessageKey): Shortcut => ({ scope, keys, does });

export const SHORTCUTS = define({
  help: shortcut('everywhere', ['?', 'F1'], 'key.help'),
  next: shortcut('everywhere', ['n'], 'key.next'),
  down: shortcut('list', ['j', 'ArrowDown'], 'key.down'),
  up: shortcut('list', ['k', 'ArrowUp'], 'key.up'),
  open: shortcut('list', ['Enter', 'Space'], 'key.open'),
  search: shortcut('list', ['/'], 'key.search'),
  save: shortcut('reading', ['Ctrl+S'], 'key.save'),
  submit: shortcut('reading', ['Ctrl+Enter'], 'key.submit'),
  templates: shortcut('reading', ['Alt+T'], 'key.templates'),
  blank: shortcut('reading', ['Alt+J'], 'key.blank'),
  findings: shortcut('reading', ['Alt+1'], 'key.findings'),
  impression: shortcut('reading', ['Alt+2'], 'key.impression'),
  images: shortcut('reading', ['Alt+0'], 'key.images'),
  positive: shortcut('reading', ['Alt+P'], 'key.positive'),
  measure: shortcut('reading', ['Alt+M'], 'key.measure'),
  diff: shortcut('reading', ['Alt+C'], 'key.diff'),
  returnToWriter: shortcut('reading', ['Alt+R'], 'key.return'),
  giveBack: shortcut('reading', ['Alt+G'], 'key.giveBack'),
  list: shortcut('reading', ['Alt+L'], 'key.list'),
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

/** Keys that write something in a field; those with Ctrl or Alt and the function keys do not. */
const TYPED = /^(?!Ctrl\+|Alt\+|F\d)/u;

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
  if (press.isComposing) return false;
  return SHORTCUTS[name].keys.some((keys) => (!typing || !TYPED.test(keys)) && one(press, keys));
}

/** Whether the keyboard belongs to a field, a menu or an open dialog. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable) return true;
  return target.closest('input, textarea, select, [role="combobox"], [role="listbox"], [role="menu"]') !== null;
}

const CAPS: Readonly<Record<string, string>> = { ArrowDown: '↓', ArrowUp: '↑', Space: '空格' };

/** A key press as the caps of its keys: Ctrl+S → Ctrl, S. */
export const keyCaps = (keys: string): readonly string[] =>
  keys === '+' ? [keys] : keys.split('+').map((part) => CAPS[part] ?? (part.length === 1 ? part.toUpperCase() : part));
