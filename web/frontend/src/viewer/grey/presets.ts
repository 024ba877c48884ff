import { numbers, strings, text, type Instance } from '../dicom/json';
import { TAG } from '../dicom/tags';
import { LINEAR, leastWidth, type Window } from './curve';
import { voiLutFunction } from './voiLutFunction';
import { voiTables } from './voiTable';

export interface Preset {
  readonly name: string;
  /** Undefined: computed from the pixels when it is chosen (autoWindow.ts). */
  readonly window: Window | undefined;
}

/** The usual CT windows in Hounsfield units. */
const CT: readonly (readonly [zh: string, en: string, center: number, width: number])[] = [
  ['肺', 'Lung', -600, 1500],
  ['纵隔', 'Mediastinum', 40, 400],
  ['骨', 'Bone', 400, 1800],
  ['脑', 'Brain', 40, 80],
  ['腹', 'Abdomen', 50, 350],
];

/** What an image may be shown with: its tables, its windows, the usual ones of its modality, and one from its pixels. */
export function presetsOf(instance: Instance, language: 'zh' | 'en'): { presets: Preset[]; unreadable: boolean } {
  const zh = language === 'zh';
  const tables = voiTables(instance);
  const presets: Preset[] = tables.windows.map(({ window, explanation }, index) => ({
    name: explanation ?? `${zh ? '曲线' : 'Curve'} ${index + 1}`,
    window,
  }));
  const own = ownWindows(instance);
  const explanations = strings(instance, TAG.WindowCenterWidthExplanation);
  own.forEach((window, index) => {
    const name = explanations[index]?.trim() || `${zh ? '默认' : 'Default'}${own.length > 1 ? ` ${index + 1}` : ''}`;
    presets.push({ name, window });
  });
  if (text(instance, TAG.Modality) === 'CT') {
    for (const [nameZh, nameEn, center, width] of CT) {
      presets.push({ name: zh ? nameZh : nameEn, window: { center, width, curve: LINEAR } });
    }
  }
  presets.push({ name: zh ? '自动' : 'Auto', window: undefined });
  return { presets, unreadable: tables.unreadable };
}

function ownWindows(instance: Instance): Window[] {
  const curve = voiLutFunction(instance);
  const widths = numbers(instance, TAG.WindowWidth);
  return numbers(instance, TAG.WindowCenter).flatMap((center, index) => {
    const width = widths[index];
    return width === undefined || width < leastWidth(curve) ? [] : [{ center, width, curve }];
  });
}
