import type { StackViewport, Types } from '@cornerstonejs/core';
import { domainOf, greyOf, type Window } from './curve';
import type { Modality } from './modality';

/** How a monochrome image is to look. */
export interface Look {
  readonly window: Window;
  readonly lowIsWhite: boolean;
  readonly modality: Modality;
}

/** Grey of a value as Cornerstone keeps it: stored, or already rescaled to modality units. */
export function greyOfKept(look: Look, image: Types.IImage): (value: number) => number {
  const toModality = toModalityOf(look.modality, image);
  const grey = greyOf(look.window);
  return look.lowIsWhite ? (value) => 1 - grey(toModality(value)) : (value) => grey(toModality(value));
}

/** From a value as Cornerstone keeps it to modality units. */
export function toModalityOf(modality: Modality, image: Types.IImage): (value: number) => number {
  if (image.preScale?.scaled) return (value) => value;
  // Without a GPU Cornerstone packs fractional values into whole numbers, with a slope and intercept of its own.
  if (!modality.isTable) return (value) => value * image.slope + image.intercept;
  return modality.apply;
}

interface TransferFunction {
  setNodes(nodes: readonly { x: number; r: number; g: number; b: number; midpoint: number; sharpness: number }[]): void;
  setMappingRange(from: number, to: number): void;
}

/** Enough straight pieces that a curve is true to a grey level; straight windows need two. */
const PIECES = 1023;

/** Give the GPU the curve itself: Cornerstone's own settings know straight windows only. */
export function paintOnGpu(viewport: StackViewport, look: Look, image: Types.IImage): void {
  const actor = viewport.getDefaultActor()?.actor as Types.ImageActor | undefined;
  if (actor === undefined) return;
  const { from, to } = keptDomain(look, image);
  viewport.setProperties({ voiRange: { lower: from, upper: to }, invert: false });
  const grey = greyOfKept(look, image);
  const straight = !look.modality.isTable && (look.window.curve.kind === 'linear' || look.window.curve.kind === 'linear-exact');
  const pieces = straight ? 1 : PIECES;
  const nodes = Array.from({ length: pieces + 1 }, (_, index) => {
    const x = from + ((to - from) * index) / pieces;
    // A straight window's ends are its limits: exactly black and exactly white.
    const g = straight ? Number((index === 0) === look.lowIsWhite) : grey(x);
    return { x, r: g, g, b: g, midpoint: 0.5, sharpness: 0 };
  });
  const property = actor.getProperty();
  property.setUseLookupTableScalarRange(true);
  const transfer = property.getRGBTransferFunction(0) as unknown as TransferFunction;
  transfer.setNodes(nodes);
  transfer.setMappingRange(from, to);
}

/** The stretch of kept values over which the grey changes. */
function keptDomain(look: Look, image: Types.IImage): { from: number; to: number } {
  if (look.modality.isTable) return { from: image.minPixelValue, to: Math.max(image.maxPixelValue, image.minPixelValue + 1) };
  const { from, to } = domainOf(look.window);
  const toModality = toModalityOf(look.modality, image);
  const intercept = toModality(0);
  const slope = toModality(1) - intercept;
  return { from: (from - intercept) / slope, to: (to - intercept) / slope };
}

function ignore(): void {
  // Cornerstone's own table is not wanted.
}

/**
 * Without a GPU Cornerstone fills a table of greys per pixel value and knows straight windows only. The table is ours
 * instead: whatever it writes goes into a copy.
 */
export function paintOnCpu(viewport: StackViewport, look: Look, image: Types.IImage): void {
  const offset = Math.min(image.minPixelValue, 0);
  const grey = greyOfKept(look, image);
  const table = Uint8ClampedArray.from({ length: image.maxPixelValue - offset + 1 }, (_, index) => 255 * grey(index + offset));
  Object.defineProperty(image, 'cachedLut', {
    configurable: true,
    get: () => ({ lutArray: table.slice() }),
    set: ignore,
  });
  const { from, to } = keptDomain(look, image);
  viewport.setProperties({ voiRange: { lower: from, upper: to }, invert: false });
  (viewport as unknown as { cpuRenderingInvalidated: boolean }).cpuRenderingInvalidated = true;
}
