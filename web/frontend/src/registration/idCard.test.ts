import { describe, expect, it } from 'vitest';

import { readIdCard } from './idCard';

describe('identity number', () => {
  it('gives date of birth and sex of a valid number (the example of GB 11643)', () => {
    expect(readIdCard('11010519491231002X')).toEqual({ birthDate: '1949-12-31', sex: 'F' });
    expect(readIdCard('440524188001010014')).toEqual({ birthDate: '1880-01-01', sex: 'M' });
    expect(readIdCard(' 11010519491231002x ')).not.toBeNull();
  });

  it.each(['110105194912310021', '1101051949123100', '', '11010519490231002X', 'ABCDEFGHIJKLMNOPQR'])(
    'refuses %j',
    (value) => expect(readIdCard(value)).toBeNull(),
  );
});
