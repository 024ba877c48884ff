/** DICOM JSON (PS3.18 Annex F) as far as the viewer reads it. Tags are eight hexadecimal digits. */
export interface Attribute {
  readonly vr?: string;
  readonly Value?: readonly unknown[];
  readonly InlineBinary?: string;
  readonly BulkDataURI?: string;
  /** What was fetched from BulkDataURI, little endian. */
  readonly bytes?: Uint8Array<ArrayBuffer>;
}
export type Instance = Readonly<Record<string, Attribute | undefined>>;

/** The numbers of an attribute; what is not a number is left out. */
export function numbers(instance: Instance, tag: string): number[] {
  return (instance[tag]?.Value ?? []).map(Number).filter(Number.isFinite);
}

export function number(instance: Instance, tag: string): number | undefined {
  return numbers(instance, tag)[0];
}

export function strings(instance: Instance, tag: string): string[] {
  return (instance[tag]?.Value ?? []).filter((value) => typeof value === 'string');
}

export function text(instance: Instance, tag: string): string | undefined {
  return strings(instance, tag)[0]?.trim();
}

/** A person's name: the ideographic group where there is one (PS3.5 §6.2.1.2), else the alphabetic. */
export function personName(instance: Instance, tag: string): string | undefined {
  const value = instance[tag]?.Value?.[0];
  if (typeof value === 'string') return readable(value);
  if (value === null || typeof value !== 'object') return undefined;
  const groups = value as { Ideographic?: unknown; Alphabetic?: unknown };
  const best = groups.Ideographic ?? groups.Alphabetic;
  return typeof best === 'string' ? readable(best) : undefined;
}

function readable(name: string): string {
  return name.replaceAll('^', ' ').trim();
}

/** The items of a sequence; an empty list when it is absent. */
export function items(instance: Instance, tag: string): Instance[] {
  return (instance[tag]?.Value ?? []).filter((value): value is Instance => value !== null && typeof value === 'object');
}
