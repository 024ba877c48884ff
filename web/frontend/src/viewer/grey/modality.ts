import { items, number, type Instance } from '../dicom/json';
import { readLut } from '../dicom/lut';
import { TAG } from '../dicom/tags';

export interface Modality {
  /** Stored value to modality value, PS3.3 §C.11.1. */
  readonly apply: (stored: number) => number;
  /** True when the mapping is a table, and so not a straight line. */
  readonly isTable: boolean;
  readonly slope: number;
  readonly intercept: number;
  readonly unreadable: boolean;
}

/** Modality LUT Sequence (0028,3000) or Rescale Slope and Intercept; the identity when there is neither. */
export function modalityOf(instance: Instance): Modality {
  const slope = number(instance, TAG.RescaleSlope) || 1;
  const intercept = number(instance, TAG.RescaleIntercept) ?? 0;
  const [item] = items(instance, TAG.ModalityLUTSequence);
  const lut = item && readLut(item, number(instance, TAG.PixelRepresentation) === 1);
  if (lut === undefined) {
    const apply = (stored: number): number => stored * slope + intercept;
    return { apply, isTable: false, slope, intercept, unreadable: item !== undefined };
  }
  const last = lut.entries.length - 1;
  const apply = (stored: number): number =>
    lut.entries[Math.min(last, Math.max(0, Math.round(stored) - lut.first))] ?? 0;
  return { apply, isTable: true, slope: 1, intercept: 0, unreadable: false };
}
