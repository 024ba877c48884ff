/** One lead: microvolts, NaN where nothing was measured. */
export interface Lead {
  readonly name: string;
  readonly samples: Float32Array;
}

/** Leads sampled together; every lead has the same number of samples. */
export interface Group {
  readonly leads: readonly Lead[];
  readonly samplingFrequency: number;
}

export type Format = '3x4+1R' | '3x4+3R' | '6x2' | '12x1' | 'stacked';

export interface Presentation {
  readonly format: Format;
  readonly speedMmPerS: number;
  readonly gainMmPerMv: number;
  readonly cabrera: boolean;
  readonly rhythm: string;
  readonly firstSecond: number;
}

export const STANDARD: Presentation = { format: '3x4+1R', speedMmPerS: 25, gainMmPerMv: 10, cabrera: false, rhythm: 'II', firstSecond: 0 };

/** A stretch of one lead: sample `first` stands at `x`, zero at `baseline`, the name on the line `labelY` (mm). */
export interface Trace {
  readonly lead: Lead;
  readonly label: string;
  readonly first: number;
  readonly count: number;
  readonly x: number;
  readonly baseline: number;
  readonly labelY: number;
  readonly sign: 1 | -1;
}

/** Where everything stands, in millimetres from the sheet's upper left corner. */
export interface Sheet {
  readonly traces: readonly Trace[];
  /** Baselines of the rows that begin with a calibration pulse. */
  readonly pulses: readonly number[];
  readonly ticks: readonly { readonly x: number; readonly y: number }[];
  readonly mmPerSample: number;
  readonly mmPerUv: number;
}

/** Which part of the sheet a canvas shows: millimetre (`left`, `top`) is its pixel (0, 0). */
export interface View {
  readonly pxPerMm: number;
  readonly left: number;
  readonly top: number;
}
