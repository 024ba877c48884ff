import { metaData } from '@cornerstonejs/metadata';
import type { Instance } from '../dicom/json';
import { TAG } from '../dicom/tags';
import { spacingOf } from '../spacing/spacing';
import type { ViewerImage } from '../study/images';
import { imageIdOf } from './frameLoader';

/**
 * What Cornerstone is not told, because the viewer does it itself: grey is painted by `grey/`, lengths are computed by
 * `spacing/`. Cornerstone 5.14 misreads parts of both, and shows nothing at all when a spacing is zero.
 */
const OURS = new Set<string>([
  TAG.WindowCenter, TAG.WindowWidth, TAG.WindowCenterWidthExplanation, TAG.VOILUTFunction, TAG.VOILUTSequence,
  TAG.ModalityLUTSequence, TAG.PresentationLUTShape,
  TAG.PixelSpacing, TAG.PixelSpacingCalibrationType, TAG.ImagerPixelSpacing,
  TAG.EstimatedRadiographicMagnificationFactor, TAG.DistanceSourceToDetector, TAG.DistanceSourceToPatient,
]);

/** Tell Cornerstone of images, by the way that gives right modules (not the loader's deprecated `metaDataManager`). */
export function registerMetadata(images: readonly ViewerImage[]): void {
  const seen = new Set<string>();
  for (const { instanceUrl, instance } of images) {
    if (seen.has(instanceUrl)) continue;
    seen.add(instanceUrl);
    metaData.addMetaData('naturalized', imageIdOf(instanceUrl), { dicomwebJson: forCornerstone(instance) });
  }
}

export function forCornerstone(instance: Instance): Instance {
  const { row, column } = spacingOf(instance);
  const kept = Object.entries(instance).filter(([tag]) => !OURS.has(tag));
  return { ...Object.fromEntries(kept), [TAG.PixelSpacing]: { vr: 'DS', Value: [row, column] } };
}
