import type { Types } from '@cornerstonejs/core';
import { number, text, type Instance } from '../dicom/json';
import { TAG } from '../dicom/tags';
import { autoWindow } from '../grey/autoWindow';
import { leastWidth, type Window } from '../grey/curve';
import { modalityOf } from '../grey/modality';
import { toModalityOf, type Look } from '../grey/paint';
import { lowIsWhite } from '../grey/polarity';
import { presetsOf, type Preset } from '../grey/presets';
import type { Pixels } from '../measure/statistics';
import { spacingOf } from '../spacing/spacing';
import type { TextKey } from '../text';
import type { Language } from '../types';

/** What windowing by hand or preset has come to, for the images of one series. */
export class Looks {
  presets: readonly Preset[] = [];
  /** Undefined after windowing by hand. */
  preset: number | undefined = 0;
  window: Window | undefined;
  inverted = false;
  warnings: readonly TextKey[] = [];

  constructor(private readonly language: Language) {}

  /** Back to what the image asks for. Its polarity is part of that, so MONOCHROME1 stays as it came. */
  reset(): void {
    this.preset = 0;
    this.inverted = false;
  }

  /** The look of an image whose pixels have arrived; undefined for colour. A window set by hand is kept. */
  of(instance: Instance, image: Types.IImage): Look | undefined {
    const modality = modalityOf(instance);
    const { presets, unreadable } = presetsOf(instance, this.language);
    this.presets = image.color ? [] : presets;
    this.warnings = warningsOf(instance, unreadable, modality.unreadable);
    if (image.color) {
      this.window = undefined;
      return undefined;
    }
    if (this.preset !== undefined || this.window === undefined) {
      const values = image.voxelManager?.getScalarData() ?? [];
      this.window =
        presets[this.preset ?? 0]?.window ??
        autoWindow(values, toModalityOf(modality, image), number(instance, TAG.PixelPaddingValue));
    }
    return { window: this.window, modality, lowIsWhite: lowIsWhite(instance) !== this.inverted };
  }

  /** Move the centre and the width by parts of the width; right is brighter contrast, down is a higher centre. */
  drag(dx: number, dy: number): void {
    const before = this.window;
    if (before === undefined) return;
    const step = Math.max(before.width, 1) / 400;
    const width = Math.max(leastWidth(before.curve), before.width + dx * step);
    this.window = { ...before, width, center: before.center + dy * step };
    this.preset = undefined;
  }
}

function warningsOf(instance: Instance, voi: boolean, modality: boolean): TextKey[] {
  const warnings: TextKey[] = [];
  if (voi) warnings.push('voiUnreadable');
  if (modality) warnings.push('modalityUnreadable');
  if (spacingOf(instance).kind === 'pixel') warnings.push('noSpacing');
  return warnings;
}

/** The values of an image that is here whole; undefined for colour. */
export function pixelsOf(instance: Instance, image: Types.IImage): Pixels | undefined {
  if (image.color) return undefined;
  const { columns, rows, voxelManager } = image;
  return { values: voxelManager?.getScalarData() ?? [], columns, rows, toModality: toModalityOf(modalityOf(instance), image) };
}

/** The name of an image's values: HU for CT unless it says otherwise (PS3.3 §C.11.1.1.2). */
export function valueUnitOf(instance: Instance): string {
  const type = text(instance, TAG.RescaleType);
  if (type !== undefined && type !== 'US') return type;
  return text(instance, TAG.Modality) === 'CT' ? 'HU' : '';
}
