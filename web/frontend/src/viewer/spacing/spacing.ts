import { number, numbers, text, type Instance } from '../dicom/json';
import { TAG } from '../dicom/tags';

/** What a length on this image means (PS3.3 §10.7.1.3): one sentence to the reader, never a guess. */
export type SpacingKind = 'patient' | 'detector' | 'magnified' | 'pixel';

export interface Spacing {
  readonly kind: SpacingKind;
  /** Millimetres from one row to the next, and from one column to the next; 1 when `kind` is `pixel`. */
  readonly row: number;
  readonly column: number;
}

const PROJECTION = new Set(['CR', 'DX', 'DR', 'MG', 'RF', 'XA', 'IO', 'PX', 'RG']);

/**
 * The spacing that lengths on an image are computed with.
 *
 * Cross-sections are measured in the patient. On a projection, Pixel Spacing counts as corrected for magnification
 * when it was calibrated (0028,0A02) or differs from Imager Pixel Spacing; otherwise lengths lie in the detector plane,
 * divided by the magnification where the image states one: (0018,1114), or (0018,1110) / (0018,1111).
 */
export function spacingOf(instance: Instance): Spacing {
  const pixel = pair(instance, TAG.PixelSpacing);
  if (!PROJECTION.has(text(instance, TAG.Modality) ?? '')) {
    return pixel ? { kind: 'patient', ...pixel } : { kind: 'pixel', row: 1, column: 1 };
  }
  const imager = pair(instance, TAG.ImagerPixelSpacing);
  if (pixel && (text(instance, TAG.PixelSpacingCalibrationType) || (imager && differs(pixel, imager)))) {
    return { kind: 'magnified', ...pixel };
  }
  const plane = imager ?? pixel;
  if (plane === undefined) return { kind: 'pixel', row: 1, column: 1 };
  const factor = magnification(instance);
  if (factor === undefined) return { kind: 'detector', ...plane };
  return { kind: 'magnified', row: plane.row / factor, column: plane.column / factor };
}

/** Estimated Radiographic Magnification Factor, or source-to-detector over source-to-patient; undefined when unknown. */
function magnification(instance: Instance): number | undefined {
  const stated = number(instance, TAG.EstimatedRadiographicMagnificationFactor);
  if (stated !== undefined && stated > 0) return stated;
  const detector = number(instance, TAG.DistanceSourceToDetector);
  const patient = number(instance, TAG.DistanceSourceToPatient);
  if (detector === undefined || patient === undefined || patient <= 0 || detector < patient) return undefined;
  return detector / patient;
}

function pair(instance: Instance, tag: string): { row: number; column: number } | undefined {
  const [row, column] = numbers(instance, tag);
  if (row === undefined || row <= 0) return undefined;
  return { row, column: column !== undefined && column > 0 ? column : row };
}

function differs(a: { row: number; column: number }, b: { row: number; column: number }): boolean {
  return Math.abs(a.row - b.row) > 1e-6 || Math.abs(a.column - b.column) > 1e-6;
}

/** The unit as it is written beside a length; areas add their square in the same words. */
export function unitOf(kind: SpacingKind, language: 'zh' | 'en', square = false): string {
  const mm = square ? 'mm²' : 'mm';
  const zh = { patient: mm, detector: `${mm} 探测器平面`, magnified: `${mm} 已校正放大`, pixel: square ? '像素²' : '像素' };
  const en = { patient: mm, detector: `${mm} detector plane`, magnified: `${mm} magnification corrected`, pixel: square ? 'px²' : 'px' };
  return (language === 'zh' ? zh : en)[kind];
}
