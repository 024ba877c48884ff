import { setUpCornerstone } from './stage/setup';

export { default } from './Viewer';
export type { KeyImage, Language, Measurement, MeasurementKind, Quality, ViewerProps } from './types';
export type { SpacingKind } from './spacing/spacing';

// Its decoders start beside the page while that is drawn.
setUpCornerstone();
