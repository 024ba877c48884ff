import { describe, expect, it } from 'vitest';

import type { Device } from '../api/admin';
import { neighbour } from './knocking';

const device = (aet: string, unit_id: string, address: string | null, active = true): Device => ({
  id: aet, aet, unit_id, address, active, name: aet, modality: 'DX', character_set: 'GB18030',
  limits: { object_mib: null, associations: null },
});

describe('the unit of a device that knocked', () => {
  const knock = { address: '10.1.2.3' };

  it('is that of the devices with the same address', () => {
    const known = [device('A', 'hekou', '10.1.2.3'), device('B', 'hekou', '10.1.2.3'), device('C', 'qingshi', null)];
    expect(neighbour(knock, known)?.unit_id).toBe('hekou');
  });

  it('is asked for when two units share the address, and when none is known there', () => {
    expect(neighbour(knock, [device('A', 'hekou', '10.1.2.3'), device('B', 'qingshi', '10.1.2.3')])).toBeUndefined();
    expect(neighbour(knock, [device('A', 'hekou', '10.1.2.4'), device('B', 'qingshi', null)])).toBeUndefined();
  });

  it('is not taken from a device that was closed', () => {
    expect(neighbour(knock, [device('A', 'hekou', '10.1.2.3', false)])).toBeUndefined();
  });
});
