import { fetchBegun } from '../../api/ahead';
import { number, personName, strings, text, type Instance } from '../dicom/json';
import { TAG } from '../dicom/tags';
import { withTables } from './bulk';
import { metadataOf } from './request';

/** One frame that can be shown. */
export interface ViewerImage {
  readonly imageUrl: string;
  readonly instanceUrl: string;
  readonly sopInstanceUid: string;
  readonly seriesInstanceUid: string;
  /** Frame number, from 1. */
  readonly frame: number;
  readonly instance: Instance;
}

export interface ViewerSeries {
  readonly seriesInstanceUid: string;
  readonly name: string;
  readonly images: readonly ViewerImage[];
}

/** DICOMweb refused the metadata. */
export class MetadataError extends Error {
  override readonly name = 'MetadataError';
  constructor(readonly status: number) {
    super(`HTTP ${status}`);
  }
}

/** The study's series that hold images, metadata by WADO-RS (PS3.18 §10.4.1.1.2), in reading order. */
export async function fetchSeries(
  dicomweb: string,
  studyInstanceUid: string,
  series: readonly string[] | undefined,
  signal: AbortSignal,
): Promise<ViewerSeries[]> {
  const study = new URL(`${dicomweb}/studies/${studyInstanceUid}`, window.location.href).href;
  const instances = series === undefined
    ? await fetchInstances(study, signal)
    : (await Promise.all(series.map((uid) => fetchInstances(`${study}/series/${uid}`, signal)))).flat();
  const groups = Map.groupBy(instances.filter(hasPixels), (instance) => text(instance, TAG.SeriesInstanceUID) ?? '');
  const order = series ?? [...groups.keys()].toSorted((a, b) => seriesNumber(groups.get(a)) - seriesNumber(groups.get(b)));
  return order.flatMap((uid) => {
    const members = groups.get(uid);
    return members === undefined ? [] : [toSeries(study, uid, members)];
  });
}

async function fetchInstances(place: string, signal: AbortSignal): Promise<Instance[]> {
  const { url, ...asked } = metadataOf(place);
  const response = await fetchBegun(url, { ...asked, signal });
  if (response.status === 204) return [];
  if (!response.ok) throw new MetadataError(response.status);
  const instances = (await response.json()) as Instance[];
  return Promise.all(instances.map((instance) => withTables(instance, signal)));
}

function hasPixels(instance: Instance): boolean {
  return (number(instance, TAG.Rows) ?? 0) > 0 && (number(instance, TAG.Columns) ?? 0) > 0;
}

function seriesNumber(members: readonly Instance[] | undefined): number {
  return (members?.[0] && number(members[0], TAG.SeriesNumber)) ?? Infinity;
}

function toSeries(study: string, uid: string, members: readonly Instance[]): ViewerSeries {
  const ordered = members.toSorted((a, b) => (number(a, TAG.InstanceNumber) ?? 0) - (number(b, TAG.InstanceNumber) ?? 0));
  return { seriesInstanceUid: uid, name: seriesName(ordered[0]), images: ordered.flatMap((one) => toImages(study, uid, one)) };
}

function seriesName(instance: Instance | undefined): string {
  if (instance === undefined) return '';
  const named = [text(instance, TAG.BodyPartExamined), text(instance, TAG.ViewPosition)].filter(Boolean).join(' ');
  return text(instance, TAG.SeriesDescription) || named || text(instance, TAG.Modality) || '';
}

function toImages(study: string, series: string, instance: Instance): ViewerImage[] {
  const sop = text(instance, TAG.SOPInstanceUID) ?? '';
  const instanceUrl = `${study}/series/${series}/instances/${sop}`;
  return Array.from({ length: Math.max(1, number(instance, TAG.NumberOfFrames) ?? 1) }, (_, index) => ({
    imageUrl: `${instanceUrl}/frames/${index + 1}`,
    instanceUrl,
    sopInstanceUid: sop,
    seriesInstanceUid: series,
    frame: index + 1,
    instance,
  }));
}

/** What the corners of the picture say. */
export interface Labels {
  readonly patient: readonly string[];
  readonly study: readonly string[];
}

export function labelsOf(instance: Instance, language: 'zh' | 'en'): Labels {
  const sexes: Record<string, string> = language === 'zh' ? { M: '男', F: '女', O: '其他' } : {};
  const sex = text(instance, TAG.PatientSex) ?? '';
  const who = [sexes[sex] ?? sex, text(instance, TAG.PatientAge) && age(text(instance, TAG.PatientAge) ?? '', language)];
  const what = [text(instance, TAG.Modality), text(instance, TAG.BodyPartExamined), text(instance, TAG.ViewPosition), text(instance, TAG.ImageLaterality)];
  const when = [date(text(instance, TAG.StudyDate)), time(text(instance, TAG.StudyTime))];
  return {
    patient: [personName(instance, TAG.PatientName) ?? '', line(who), text(instance, TAG.PatientID) ?? ''].filter(Boolean),
    study: [text(instance, TAG.InstitutionName) ?? '', line(when), text(instance, TAG.StudyDescription) ?? '', line(what)].filter(Boolean),
  };
}

function line(parts: readonly (string | undefined)[]): string {
  return parts.filter(Boolean).join('  ');
}

function age(value: string, language: 'zh' | 'en'): string {
  const units: Record<string, string> = { Y: '岁', M: '月', W: '周', D: '天' };
  const unit = value.at(-1) ?? '';
  return language === 'zh' && unit in units ? `${Number.parseInt(value, 10)}${units[unit] ?? ''}` : value;
}

function date(value: string | undefined): string {
  return value?.length === 8 ? `${value.slice(0, 4)}-${value.slice(4, 6)}-${value.slice(6)}` : (value ?? '');
}

function time(value: string | undefined): string {
  return value !== undefined && value.length >= 4 ? `${value.slice(0, 2)}:${value.slice(2, 4)}` : '';
}

/** The letters toward the right (along a row) and toward the bottom (along a column), PS3.3 §C.7.6.1.1.1. */
export function orientationOf(instance: Instance): readonly [row: string, column: string] | undefined {
  const [row, column] = strings(instance, TAG.PatientOrientation);
  if (row && column) return [row, column];
  const cosines = (instance[TAG.ImageOrientationPatient]?.Value ?? []).map(Number);
  return cosines.length === 6 ? [letters(cosines.slice(0, 3)), letters(cosines.slice(3))] : undefined;
}

function letters(direction: readonly number[]): string {
  const names = [['R', 'L'], ['A', 'P'], ['F', 'H']] as const;
  return direction
    .map((cosine, axis) => ({ size: Math.abs(cosine), letter: names[axis]?.[cosine > 0 ? 1 : 0] ?? '' }))
    .filter(({ size }) => size > 0.25)
    .toSorted((a, b) => b.size - a.size)
    .map(({ letter }) => letter)
    .join('');
}

const OPPOSITE: Record<string, string> = { L: 'R', R: 'L', A: 'P', P: 'A', H: 'F', F: 'H' };

export function opposite(orientation: string): string {
  return orientation.split('').map((letter) => OPPOSITE[letter] ?? letter).join('');
}
