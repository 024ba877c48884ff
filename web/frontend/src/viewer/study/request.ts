const ACCEPT = 'multipart/related; type="image/jphc"; transfer-syntax=1.2.840.10008.1.2.4.202, multipart/related; type="application/octet-stream"; transfer-syntax=*';

/** The question for a frame, by WADO-RS (PS3.18 §10.4.1.1.6): as HTJ2K, which shows early, or as it is stored. */
export const FRAME: RequestInit = { headers: { Accept: ACCEPT }, credentials: 'same-origin' };

/** The question for the metadata of a study or a series, by WADO-RS (PS3.18 §10.4.1.1.2). */
export function metadataOf(place: string): RequestInit & { readonly url: string } {
  return { url: `${place}/metadata`, headers: { Accept: 'application/dicom+json' }, credentials: 'same-origin' };
}
