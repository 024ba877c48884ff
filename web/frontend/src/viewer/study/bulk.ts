import type { Attribute, Instance } from '../dicom/json';
import { items } from '../dicom/json';
import { TAG } from '../dicom/tags';

const TABLES = [TAG.VOILUTSequence, TAG.ModalityLUTSequence];

/**
 * The instance with its look-up tables in it: servers leave long values out of the metadata and name an address instead
 * (BulkDataURI, PS3.18 §F.2.6). A table that cannot be fetched stays away; `grey/` then says that it is missing.
 */
export async function withTables(instance: Instance, signal: AbortSignal): Promise<Instance> {
  const missing = TABLES.filter((tag) => items(instance, tag).some((item) => item[TAG.LUTData]?.BulkDataURI !== undefined));
  if (missing.length === 0) return instance;
  const filled = await Promise.all(
    missing.map(async (tag): Promise<[string, Attribute]> => {
      const read = await Promise.all(items(instance, tag).map((item) => withData(item, signal)));
      return [tag, { vr: 'SQ', Value: read }];
    }),
  );
  return { ...instance, ...Object.fromEntries(filled) };
}

async function withData(item: Instance, signal: AbortSignal): Promise<Instance> {
  const uri = item[TAG.LUTData]?.BulkDataURI;
  if (uri === undefined) return item;
  // Only ever this origin, whatever name the server believes to have.
  const { pathname, search } = new URL(uri, window.location.href);
  const headers = { Accept: 'application/octet-stream' };
  const response = await fetch(pathname + search, { headers, credentials: 'same-origin', signal });
  if (!response.ok) return item;
  return { ...item, [TAG.LUTData]: { vr: 'OW', bytes: new Uint8Array(await response.arrayBuffer()) } };
}
