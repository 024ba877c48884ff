import { items, number, text, type Instance } from '../dicom/json';
import { readLut } from '../dicom/lut';
import { TAG } from '../dicom/tags';
import type { Window } from './curve';

export interface VoiTables {
  readonly windows: readonly { readonly window: Window; readonly explanation: string | undefined }[];
  /** True when the image carries a table that could not be read: what is shown then is not what was meant. */
  readonly unreadable: boolean;
}

/** VOI LUT Sequence (0028,3010), PS3.3 §C.11.2.1.1. Cornerstone 5.14 ignores it. */
export function voiTables(instance: Instance): VoiTables {
  const signed = number(instance, TAG.PixelRepresentation) === 1 || (number(instance, TAG.RescaleIntercept) ?? 0) < 0;
  const read = items(instance, TAG.VOILUTSequence).map((item) => ({ item, lut: readLut(item, signed) }));
  const windows = read.flatMap(({ item, lut }) => {
    if (lut === undefined) return [];
    const span = Math.max(lut.entries.length - 1, 1);
    const entries = lut.entries.map((entry) => Math.min(1, entry / (2 ** lut.bits - 1)));
    const window: Window = { center: lut.first + span / 2, width: span, curve: { kind: 'table', entries } };
    return [{ window, explanation: text(item, TAG.LUTExplanation) }];
  });
  return { windows, unreadable: windows.length < read.length };
}
