import { describe, expect, it } from 'vitest';

import { keyCaps, type KeyPress, matches, SHORTCUT_NAMES, SHORTCUTS, type ShortcutName } from './keys';

const press = (key: string, more: Partial<KeyPress> = {}): KeyPress => ({
  key,
  code: /^[a-z]$/iu.test(key) ? `Key${key.toUpperCase()}` : key,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  isComposing: false,
  ...more,
});

const obeyed = (event: KeyPress, typing = false): ShortcutName[] =>
  SHORTCUT_NAMES.filter((name) => matches(event, name, typing));

describe('key map', () => {
  it('gives every key to one action', () => {
    const taken = Object.values(SHORTCUTS).flatMap(({ keys }) => keys);
    expect(new Set(taken).size).toBe(taken.length);
  });

  it('moves with j and k on a list, but not while typing a name', () => {
    expect(obeyed(press('j'))).toEqual(['down']);
    expect(obeyed(press('j'), true)).toEqual([]);
  });

  it('saves and submits from inside a field', () => {
    expect(obeyed(press('s', { ctrlKey: true }), true)).toEqual(['save']);
    expect(obeyed(press('Enter', { ctrlKey: true, code: 'Enter' }), true)).toEqual(['submit']);
    expect(obeyed(press('Enter', { code: 'Enter' }), true)).toEqual([]);
  });

  it('reads Alt keys by their place, so that an input method or a Mac cannot change them', () => {
    expect(obeyed(press('†', { code: 'KeyT', altKey: true }), true)).toEqual(['templates']);
    expect(obeyed(press('¡', { code: 'Digit1', altKey: true }), true)).toEqual(['findings']);
  });

  it('is shown as the caps of a keyboard', () => {
    expect(['Ctrl+s', 'ArrowDown', '+', 'PgUp'].map((keys) => keyCaps(keys))).toEqual([['Ctrl', 'S'], ['↓'], ['+'], ['PgUp']]);
  });

  it('leaves keys to the input method while it composes', () => {
    expect(obeyed(press('n', { isComposing: true }))).toEqual([]);
  });

  it('shows help for a question mark typed with Shift, and for F1 also while typing', () => {
    expect(obeyed(press('?', { code: 'Slash', shiftKey: true }))).toEqual(['help']);
    expect(obeyed(press('?', { code: 'Slash', shiftKey: true }), true)).toEqual([]);
    expect(obeyed(press('F1'), true)).toEqual(['help']);
  });

  it('does not take the browser’s own Ctrl+N for the next patient', () => {
    expect(obeyed(press('n', { ctrlKey: true }))).toEqual([]);
  });
});
