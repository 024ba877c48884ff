import type { Device, Knock } from '../api/admin';

/**
 * A device whose unit is very likely that of the one that knocked: it has the same address, and every active device
 * with that address is of one unit. Undefined where nothing, or more than one unit, answers to the address.
 */
export function neighbour(knock: Pick<Knock, 'address'>, devices: readonly Device[]): Device | undefined {
  const here = devices.filter(({ active, address }) => active && address === knock.address);
  return new Set(here.map((one) => one.unit_id)).size === 1 ? here[0] : undefined;
}
