/** The question for the metadata of a study or a series, by WADO-RS (PS3.18 §10.4.1.1.2). */
export function metadataOf(place: string): RequestInit & { readonly url: string } {
  return { url: `${place}/metadata`, headers: { Accept: 'application/dicom+json' }, credentials: 'same-origin' };
}
