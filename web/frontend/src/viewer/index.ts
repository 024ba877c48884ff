export { default } from './Viewer';
export type { KeyImage, Language, Measurement, MeasurementKind, Quality, ViewerProps } from './types';
export type { SpacingKind } from './spacing/spacing';
