import { text, type Instance } from '../dicom/json';
import { TAG } from '../dicom/tags';

/**
 * Whether low values are white. MONOCHROME1 says so (PS3.3 §C.7.6.3.1.2) and so does Presentation LUT Shape INVERSE
 * (§C.11.6.1.2), which Cornerstone 5.14 ignores. The DX module requires both together (§C.8.11.3.1), so they never
 * cancel each other.
 */
export function lowIsWhite(instance: Instance): boolean {
  return (
    text(instance, TAG.PhotometricInterpretation) === 'MONOCHROME1' ||
    text(instance, TAG.PresentationLUTShape) === 'INVERSE'
  );
}
