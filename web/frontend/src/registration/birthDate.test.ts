import { describe, expect, it } from 'vitest';

import { readDate } from './birthDate';

describe('date of birth', () => {
  it.each(['19800102', '1980-01-02', '1980-1-2', '1980.1.2', '1980/1/2', '1980年1月2日', ' 1980 01 02 '])('reads %j', (typed) => {
    expect(readDate(typed)).toBe('1980-01-02');
  });

  it.each(['', '1980', '19800230', '198001', '80-01-02', '1980-13-01', '01/02/1980'])('finds no day in %j', (typed) => {
    expect(readDate(typed)).toBeNull();
  });
});
