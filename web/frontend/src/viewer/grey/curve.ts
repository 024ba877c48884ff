/**
 * The VOI transformation of PS3.3 §C.11.2: modality value in, grey from 0 (black) to 1 (white) out.
 * Each curve is windowed by centre and width, a table too: its own centre and width are its domain.
 */
export type Curve =
  | { readonly kind: 'linear' | 'linear-exact' | 'sigmoid' }
  | { readonly kind: 'table'; readonly entries: readonly number[] };

export interface Window {
  readonly center: number;
  readonly width: number;
  readonly curve: Curve;
}

export const LINEAR: Curve = { kind: 'linear' };

const clamp = (value: number): number => Math.min(1, Math.max(0, value));

/** The grey of a modality value. Widths are at least 1 for LINEAR, above 0 otherwise (§C.11.2.1.2.1, §C.11.2.1.3.2). */
export function greyOf({ center, width, curve }: Window): (value: number) => number {
  switch (curve.kind) {
    case 'linear': {
      // §C.11.2.1.2.1, with the step of width 1 as its limit
      if (width <= 1) return (value) => (value <= center - 0.5 ? 0 : 1);
      return (value) => clamp((value - (center - 0.5)) / (width - 1) + 0.5);
    }
    case 'linear-exact': // §C.11.2.1.3.2
      return (value) => clamp((value - center) / width + 0.5);
    case 'sigmoid': // §C.11.2.1.3.1
      return (value) => 1 / (1 + Math.exp((-4 * (value - center)) / width));
    case 'table': {
      // §C.11.2.1.1: values outside the domain take the first and the last entry
      const { entries } = curve;
      const last = entries.length - 1;
      return (value) => {
        const index = Math.round(((value - (center - width / 2)) / width) * last);
        return entries[Math.min(last, Math.max(0, index))] ?? 0;
      };
    }
  }
}

/** Where the curve stops changing: below `from` and above `to` the grey is constant (to 1/1000 for the sigmoid). */
export function domainOf({ center, width, curve }: Window): { from: number; to: number } {
  switch (curve.kind) {
    case 'linear': {
      const half = Math.max((width - 1) / 2, 1e-3);
      return { from: center - 0.5 - half, to: center - 0.5 + half };
    }
    case 'sigmoid':
      return { from: center - 1.75 * width, to: center + 1.75 * width };
    default:
      return { from: center - width / 2, to: center + width / 2 };
  }
}

/** The smallest width a curve allows. */
export function leastWidth(curve: Curve): number {
  return curve.kind === 'linear' ? 1 : 1e-3;
}
