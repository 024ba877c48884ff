import { call, segment } from './client';

/** Small pictures of a study: for a glance on a thin line, never for a diagnosis. */

export interface Preview {
  readonly key: string;
  readonly address: string;
}

type Attribute = { readonly Value?: readonly unknown[] };
type Instance = Readonly<Record<string, Attribute | undefined>>;

const [SOP_INSTANCE, SERIES, NUMBER, ROWS] = ['00080018', '0020000E', '00200013', '00280010'] as const;
const LIMIT = 24;

const text = (instance: Instance, tag: string): string => {
  const value = instance[tag]?.Value?.[0];
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
};

export const thumbnail = (study: string): string => `/dicom-web/studies/${segment(study)}/thumbnail`;

const pictured = (study: string, instance: Instance): Preview => {
  const [series, sop] = [text(instance, SERIES), text(instance, SOP_INSTANCE)];
  const place = `/dicom-web/studies/${segment(study)}/series/${segment(series)}/instances/${segment(sop)}`;
  return { key: sop, address: `${place}/rendered?viewport=1024,1024&quality=85&accept=image/jpeg` };
};

/** The study's pictures by series and number; a document or a tracing has none. */
export async function previews(study: string): Promise<readonly Preview[]> {
  const found = await call<readonly Instance[] | undefined>(
    `/dicom-web/studies/${segment(study)}/instances?limit=${LIMIT}&includefield=${ROWS},${SERIES},${NUMBER}`,
  );
  return (found ?? [])
    .filter((one) => text(one, SERIES) !== '' && Number(text(one, ROWS)) > 0)
    .toSorted((one, other) => text(one, SERIES).localeCompare(text(other, SERIES)) || Number(text(one, NUMBER)) - Number(text(other, NUMBER)))
    .map((one) => pictured(study, one));
}
