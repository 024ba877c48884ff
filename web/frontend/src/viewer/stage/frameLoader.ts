import { Enums, metaData, utilities, type Types } from '@cornerstonejs/core';
import { createImage } from '@cornerstonejs/dicom-image-loader';
import { FrameError, readFrame, transferSyntaxOf, type FramePart } from './frameBytes';

const SCHEME = 'wadors:';
/** HTJ2K lossless RPCL: every prefix decodes to the whole picture at a lower resolution (PS3.5 §8.2.17). */
const STREAMABLE = '1.2.840.10008.1.2.4.202';
/** A whole-resolution partial picture is refined at most this often. */
const REFINE_MS = 1000;
/** A frame that is whole by then is decoded once: on a fast line a partial picture would only cost time. */
const HURRY_MS = 150;

export interface FrameProgress {
  readonly imageId: string;
  readonly loaded: number;
  readonly total: number | undefined;
  readonly error?: unknown;
}

type Listener = (progress: FrameProgress) => void;
const listeners = new Set<Listener>();

/** Hear of bytes arriving and of failures; returns how to stop. */
export function onFrameProgress(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function imageIdOf(frameUrl: string): string {
  return SCHEME + frameUrl;
}

/**
 * Cornerstone's image loader for `wadors:`. In place of its own because that one cannot be cancelled, reports no bytes
 * while it streams and hides the server's status; decoding stays Cornerstone's.
 */
export function loadFrame(imageId: string, options: Record<string, unknown> = {}): Types.IImageLoadObject {
  const abort = new AbortController();
  const iterator = new utilities.ProgressiveIterator<Types.IImage>('frame');
  const work = iterator.generate(
    async (images: { add: (image: Types.IImage, done: boolean) => void }) => {
      const plan = new DecodePlan();
      for await (const part of readFrame(imageId.slice(SCHEME.length), abort.signal)) {
        tell({ imageId, loaded: part.loaded, total: part.total });
        const level = plan.next(part);
        if (level === undefined) continue;
        const image = await decode(imageId, part, { ...options, decodeLevel: level });
        if (image !== undefined) images.add(image, part.complete);
      }
    },
    (error: unknown) => {
      if (!abort.signal.aborted) tell({ imageId, loaded: 0, total: undefined, error });
    },
  );
  const promise = iterator.getDonePromise();
  // A transfer that was stopped may have nobody left who waits for it; whoever still does gets the rejection too.
  for (const ending of [work, promise]) ending.catch(() => undefined);
  return { promise, cancelFn: () => abort.abort(new FrameError(0, 'no longer wanted')) };
}

/** An incomplete prefix may not decode: then the next one will. A complete frame that does not decode is an error. */
async function decode(imageId: string, part: FramePart, options: object): Promise<Types.IImage | undefined> {
  try {
    const bytes = part.complete ? part.bytes : part.bytes.slice();
    const image = (await createImage(imageId, bytes, transferSyntaxOf(part.contentType), options)) as Types.IImage;
    if (!isPicture(image, imageId, part.complete)) throw new FrameError(0, 'the frame does not decode to its size');
    const { FULL_RESOLUTION, SUBRESOLUTION } = Enums.ImageQualityStatus;
    image.imageQualityStatus = part.complete ? FULL_RESOLUTION : SUBRESOLUTION;
    return image;
  } catch (error) {
    if (part.complete) throw error;
    return undefined;
  }
}

/** A decoder may give an empty picture without a word. */
function isPicture({ columns, rows }: Types.IImage, imageId: string, complete: boolean): boolean {
  if (!complete) return columns > 0 && rows > 0;
  const expected = metaData.get('imagePixelModule', imageId) as { columns: number; rows: number };
  return columns === expected.columns && rows === expected.rows;
}

/** Which prefixes are worth decoding, and at which resolution: 0 is full, 3 an eighth. */
class DecodePlan {
  private readonly start = performance.now();
  private level = 4;
  private at = 0;

  next(part: FramePart): number | undefined {
    if (part.complete) return 0;
    if (part.total === undefined || transferSyntaxOf(part.contentType) !== STREAMABLE) return undefined;
    const now = performance.now();
    if (now - this.start < HURRY_MS) return undefined;
    const level = levelFor(part.loaded / part.total);
    if (level > 3 || level > this.level || (level === this.level && (level > 0 || now - this.at < REFINE_MS))) return undefined;
    this.level = level;
    this.at = now;
    return level;
  }
}

/** Each resolution holds about three quarters of the bytes up to it; two hundredths are kept in reserve. */
export function levelFor(fraction: number): number {
  const sure = fraction - 0.02;
  if (sure > 1 / 4) return 0;
  if (sure > 1 / 16) return 1;
  if (sure > 1 / 64) return 2;
  return sure > 0 ? 3 : 4;
}

function tell(progress: FrameProgress): void {
  for (const listener of listeners) listener(progress);
}
