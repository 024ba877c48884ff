import { text, type Instance } from '../dicom/json';
import { TAG } from '../dicom/tags';
import { LINEAR, type Curve } from './curve';

/**
 * VOI LUT Function (0028,1056), PS3.3 §C.11.2.1.3. Cornerstone 5.14 reads only its first letter and then shows
 * SIGMOID and LINEAR_EXACT images almost white; the attribute is therefore kept from it and applied here.
 */
export function voiLutFunction(instance: Instance): Curve {
  switch (text(instance, TAG.VOILUTFunction)) {
    case 'SIGMOID':
      return { kind: 'sigmoid' };
    case 'LINEAR_EXACT':
      return { kind: 'linear-exact' };
    default:
      return LINEAR;
  }
}
