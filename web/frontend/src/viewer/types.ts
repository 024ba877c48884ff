import type { Point } from './measure/geometry';
import type { Statistics } from './measure/statistics';
import type { SpacingKind } from './spacing/spacing';

export type Language = 'zh' | 'en';
export type Quality = 'partial' | 'lossless';

export type MeasurementKind = 'length' | 'angle' | 'cobb' | 'rectangle' | 'ellipse';

/** What was measured, once it is drawn and again whenever it is changed. */
export interface Measurement {
  readonly id: string;
  readonly kind: MeasurementKind;
  readonly sopInstanceUid: string;
  /** Frame number, from 1. */
  readonly frame: number;
  /** Where its handles are: column and row, from 0, pixel centres at whole numbers. */
  readonly points: readonly Point[];
  /** A length, an angle in degrees, or an area, in `unit`. */
  readonly value: number;
  readonly unit: string;
  readonly spacing: SpacingKind;
  readonly statistics: Statistics | undefined;
  /** One line for the report, in the viewer's language. */
  readonly sentence: string;
  readonly change: 'added' | 'changed' | 'removed';
}

export interface KeyImage {
  readonly studyInstanceUid: string;
  readonly seriesInstanceUid: string;
  readonly sopInstanceUid: string;
  /** Frame number, from 1. */
  readonly frame: number;
  /** The view as it is on the screen, with its measurements: image/png. */
  readonly dataUrl: string;
}

export interface ViewerProps {
  readonly studyInstanceUid: string;
  /** Series to show, in this order; all of the study when absent. */
  readonly series?: readonly string[];
  /** Where DICOMweb lives; `/dicom-web` unless told. */
  readonly dicomweb?: string;
  readonly language?: Language;
  readonly onMeasurement?: (measurement: Measurement) => void;
  readonly onKeyImage?: (image: KeyImage) => void;
  /** Whether all pixels of the shown image are there: sign only when it says `lossless`. */
  readonly onQuality?: (quality: Quality) => void;
}
