import { unitOf, type Spacing } from '../spacing/spacing';
import { say } from '../text';
import type { Language, MeasurementKind } from '../types';
import { angleAt, areaOf, boxOf, cobbAngle, lengthOf, type Point } from './geometry';
import { statisticsOf, type Pixels, type Statistics } from './statistics';

export interface Described {
  readonly value: number;
  readonly unit: string;
  readonly statistics: Statistics | undefined;
  /** What stands beside the drawing. */
  readonly lines: readonly string[];
  /** One line for the report. */
  readonly sentence: string;
}

export interface Context {
  readonly spacing: Spacing;
  /** Undefined while the image is not complete: then there are no statistics. */
  readonly pixels: Pixels | undefined;
  /** `HU` or what the image calls its values; empty when it has no name for them. */
  readonly valueUnit: string;
  readonly language: Language;
}

/** A measurement in numbers and words; undefined while too few points are set. */
export function describe(kind: MeasurementKind, points: readonly Point[], context: Context): Described | undefined {
  const [a, b, c, d] = points;
  if (a === undefined || b === undefined) return undefined;
  const { spacing, language } = context;
  switch (kind) {
    case 'length':
      return line(kind, lengthOf(a, b, spacing), unitOf(spacing.kind, language), language);
    case 'angle':
      return c && line(kind, angleAt(a, b, c, spacing), '°', language);
    case 'cobb':
      return c && d && line(kind, cobbAngle(a, b, c, d, spacing), '°', language);
    default:
      return region(kind, points, context);
  }
}

function line(kind: MeasurementKind, value: number, unit: string, language: Language): Described {
  const figure = unit === '°' ? `${value.toFixed(1)}°` : `${figures(value)} ${unit}`;
  const sentence = `${say(kind, language)}${language === 'zh' ? '约' : ' '}${figure}`;
  return { value, unit, statistics: undefined, lines: [figure], sentence };
}

function region(kind: 'rectangle' | 'ellipse', points: readonly Point[], context: Context): Described {
  const { spacing, pixels, language, valueUnit } = context;
  const box = boxOf(points);
  const value = areaOf(box, kind, spacing);
  const unit = unitOf(spacing.kind, language, true);
  const area = `${say('area', language)} ${figures(value)} ${unit}`;
  const statistics = pixels && statisticsOf(pixels, box, kind);
  const lines = [area];
  if (statistics === undefined) lines.push(say('waitLossless', language));
  else {
    const name = valueUnit === '' ? '' : ` ${valueUnit}`;
    lines.push(
      `${say('mean', language)} ${figures(statistics.mean)}${name}　${say('deviation', language)} ${figures(statistics.deviation)}`,
      `${say('range', language)} ${figures(statistics.least)} – ${figures(statistics.most)}${name}`,
    );
  }
  return { value, unit, statistics, lines, sentence: `${say(kind, language)}：${lines.join('，').replaceAll('　', '，')}` };
}

/** One decimal below a thousand, none above: more would pretend. */
function figures(value: number): string {
  return Math.abs(value) < 1000 ? value.toFixed(1) : value.toFixed(0);
}
