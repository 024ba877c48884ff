import { afterEach, expect, it, vi } from 'vitest';
import { fetchSeries, labelsOf, MetadataError, opposite, orientationOf } from './images';

const attributes = (values: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(values).map(([tag, value]) => [tag, { Value: Array.isArray(value) ? value : [value] }]));
const instance = (uid: string, series: string, seriesNumber: number, number: number, more: Record<string, unknown> = {}) =>
  attributes({ '00080018': uid, '0020000E': series, '00200011': seriesNumber, '00200013': number, '00280010': 10, '00280011': 10, ...more });

afterEach(() => vi.unstubAllGlobals());

function answer(status: number, body: unknown): void {
  vi.stubGlobal('fetch', () => Promise.resolve(new Response(status === 204 ? null : JSON.stringify(body), { status })));
}

const signal = new AbortController().signal;

it('puts series and images in reading order and leaves out what has no pixels', async () => {
  answer(200, [
    instance('1.3', 'B', 2, 1),
    instance('1.2', 'A', 1, 2, { '00280008': '2' }),
    instance('1.1', 'A', 1, 1),
    attributes({ '00080018': '1.9', '0020000E': 'SR' }),
  ]);
  const series = await fetchSeries('/dicom-web', '9', undefined, signal);
  expect(series.map(({ seriesInstanceUid, images }) => [seriesInstanceUid, images.map(({ sopInstanceUid, frame }) => `${sopInstanceUid}#${frame}`)])).toEqual([
    ['A', ['1.1#1', '1.2#1', '1.2#2']],
    ['B', ['1.3#1']],
  ]);
  expect(series[0]?.images[2]?.imageUrl).toMatch(/\/dicom-web\/studies\/9\/series\/A\/instances\/1\.2\/frames\/2$/);
});

it('takes nothing for an empty study and names a refusal', async () => {
  answer(204, null);
  expect(await fetchSeries('/dicom-web', '9', ['A'], signal)).toEqual([]);
  answer(403, {});
  await expect(fetchSeries('/dicom-web', '9', undefined, signal)).rejects.toBeInstanceOf(MetadataError);
});

it('labels the patient in the script of the name', () => {
  const labels = labelsOf(attributes({ '00100010': { Alphabetic: 'LI^SI', Ideographic: '李^四' }, '00100040': 'M', '00101010': '056Y', '00080020': '20261101', '00080030': '083000' }), 'zh');
  expect(labels).toEqual({ patient: ['李 四', '男  56岁'], study: ['2026-11-01  08:30'] });
});

it('finds the edges from the letters, or from the cosines', () => {
  expect(orientationOf(attributes({ '00200020': ['L', 'F'] }))).toEqual(['L', 'F']);
  expect(orientationOf(attributes({ '00200037': [1, 0, 0, 0, 0.8, -0.6] }))).toEqual(['L', 'PF']);
  expect(orientationOf({})).toBeUndefined();
  expect(opposite('PF')).toBe('AH');
});
