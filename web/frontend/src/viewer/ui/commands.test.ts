import { describe, expect, it } from 'vitest';
import { COMMANDS, commandFor, keyName } from './commands';

const press = (key: string, held: Partial<Record<'shiftKey' | 'altKey' | 'ctrlKey' | 'metaKey', boolean>> = {}) =>
  commandFor({ key, shiftKey: false, altKey: false, ctrlKey: false, metaKey: false, ...held });
const runOf = (id: string) => COMMANDS.find((command) => command.id === id)?.run;

describe('keys', () => {
  it('belong to one command each', () => {
    const keys = COMMANDS.flatMap((command) => command.keys);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('work in capitals too, and leave the browser its own', () => {
    expect(press('L')).toBe(runOf('length'));
    expect(press('l', { ctrlKey: true })).toBeUndefined();
    expect(press('r', { metaKey: true })).toBeUndefined();
    expect(press('x')).toBeUndefined();
  });

  it('tell arrows by what is held', () => {
    expect(press('ArrowUp')).toBe(runOf('previous'));
    expect(press('ArrowUp', { shiftKey: true })).toBe(runOf('higher'));
    expect(press('ArrowUp', { altKey: true })).toBe(runOf('up'));
    expect(press('?', { shiftKey: true })).toBe(runOf('help'));
  });

  it('reach every command', () => {
    for (const command of COMMANDS) expect(command.keys.length).toBeGreaterThan(0);
    expect(press('3')).toBeTypeOf('function');
  });

  it('are named as they are printed', () => {
    expect(['l', '+', 'Shift+ArrowUp', 'PageDown'].map(keyName)).toEqual(['L', '+', 'Shift ↑', 'PgDn']);
  });
});
