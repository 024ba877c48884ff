import { numbers, type Attribute, type Instance } from './json';
import { TAG } from './tags';

/** A look-up table of PS3.3 §C.11.1.1 and §C.11.2.1.1: inputs from `first` map to `entries`, in units of 0…2^bits−1. */
export interface Lut {
  readonly first: number;
  readonly bits: number;
  readonly entries: readonly number[];
}

/** The table of one sequence item; undefined when the descriptor or the data is missing or too short. */
export function readLut(item: Instance, signed: boolean): Lut | undefined {
  const [count, first, bits] = numbers(item, TAG.LUTDescriptor);
  if (count === undefined || first === undefined || bits === undefined || bits < 1 || bits > 16) return undefined;
  const length = count === 0 ? 65536 : count; // §C.11.1.1.1: zero means 2^16 entries
  const entries = lutData(item, length);
  if (entries === undefined || entries.length < length) return undefined;
  // The descriptor's first value follows Pixel Representation, but is often written as unsigned.
  return { first: signed && first > 32767 ? first - 65536 : first, bits, entries: entries.slice(0, length) };
}

function lutData(item: Instance, length: number): number[] | undefined {
  const attribute = item[TAG.LUTData];
  const bytes = attribute && bytesOf(attribute);
  if (bytes === undefined) return attribute?.Value?.map(Number);
  if (bytes.length < 2 * length) return [...bytes];
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  return Array.from({ length }, (_, index) => view.getUint16(2 * index, true));
}

function bytesOf({ bytes, InlineBinary }: Attribute): Uint8Array<ArrayBuffer> | undefined {
  if (bytes !== undefined || InlineBinary === undefined) return bytes;
  return Uint8Array.from(atob(InlineBinary), (character) => character.charCodeAt(0));
}
