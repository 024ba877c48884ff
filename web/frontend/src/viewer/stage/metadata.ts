import { metaData } from '@cornerstonejs/metadata';
import type { Instance } from '../dicom/json';
import { TAG } from '../dicom/tags';
import type { ViewerImage } from '../study/images';
import { imageIdOf } from './frameLoader';

/** Grey is painted by `grey/`; what Cornerstone 5.14 misreads of it is kept from it. */
const OURS = new Set<string>([
  TAG.WindowCenter, TAG.WindowWidth, TAG.WindowCenterWidthExplanation, TAG.VOILUTFunction, TAG.VOILUTSequence,
  TAG.ModalityLUTSequence, TAG.PresentationLUTShape,
]);

/** Tell Cornerstone of images, by the way that gives right modules (not the loader's deprecated `metaDataManager`). */
export function registerMetadata(images: readonly ViewerImage[]): void {
  const seen = new Set<string>();
  for (const { instanceUrl, instance } of images) {
    if (seen.has(instanceUrl)) continue;
    seen.add(instanceUrl);
    metaData.addMetaData('naturalized', imageIdOf(instanceUrl), { dicomwebJson: withoutGrey(instance) });
  }
}

export function withoutGrey(instance: Instance): Instance {
  return Object.fromEntries(Object.entries(instance).filter(([tag]) => !OURS.has(tag)));
}
