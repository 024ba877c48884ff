import { fetchBegun } from '../../api/ahead';
import { FRAME } from '../study/request';

/** A frame's bytes as they arrive, and the multipart envelope around them (RFC 2046; PS3.18 §8.7.3). */
export interface FramePart {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly contentType: string;
  readonly complete: boolean;
  readonly loaded: number;
  /** Undefined when the server did not say. */
  readonly total: number | undefined;
}

/** The server's answer was not a frame. `status` is its HTTP status, 0 when it broke off. */
export class FrameError extends Error {
  override readonly name = 'FrameError';
  constructor(readonly status: number, message: string) {
    super(message);
  }
}

/** How long the line may stay silent before the frame counts as lost. */
export const SILENCE_MS = 30_000;

/** Fetch one frame; yields what has arrived each time the network delivers, and the whole frame last. */
export async function* readFrame(url: string, signal: AbortSignal): AsyncGenerator<FramePart> {
  const silence = new Silence(signal);
  try {
    const response = await fetchBegun(url, { ...FRAME, signal: silence.signal });
    if (!response.ok || response.body === null) throw new FrameError(response.status, `HTTP ${response.status}`);
    const type = response.headers.get('Content-Type') ?? 'application/octet-stream';
    const total = Number(response.headers.get('Content-Length')) || undefined;
    const buffer = new GrowingBuffer(total);
    const reader = response.body.getReader();
    for (;;) {
      const { done, value } = await reader.read();
      silence.heard();
      if (value !== undefined) buffer.append(value);
      const part = unwrap(buffer.bytes, type, done);
      if (part !== undefined) yield { ...part, complete: done, loaded: buffer.length, total };
      if (done) {
        if (part === undefined) throw new FrameError(0, 'the answer holds no frame');
        return;
      }
    }
  } catch (error) {
    // Older browsers reject a read with an AbortError of their own; what counts is why it was stopped.
    throw silence.signal.aborted ? silence.signal.reason : error;
  } finally {
    silence.stop();
  }
}

/** The frame inside the envelope; undefined while its part header is not complete. */
export function unwrap(all: Uint8Array<ArrayBuffer>, type: string, complete: boolean): { bytes: Uint8Array<ArrayBuffer>; contentType: string } | undefined {
  if (!type.toLowerCase().startsWith('multipart/')) return { bytes: all, contentType: type };
  const headerEnd = find(all, '\r\n\r\n', 0, Math.min(all.length, 4096));
  if (headerEnd < 0) return undefined;
  const header = new TextDecoder().decode(all.subarray(0, headerEnd));
  const contentType = /^content-type:\s*(.+)$/im.exec(header)?.[1]?.trim() ?? 'application/octet-stream';
  const start = headerEnd + 4;
  if (!complete) return { bytes: all.subarray(start), contentType };
  const boundary = /^--(\S+)/m.exec(header)?.[1] ?? '';
  const end = findLast(all, `\r\n--${boundary}`, start);
  if (boundary === '' || end < 0) throw new FrameError(0, 'the frame breaks off before its closing boundary');
  return { bytes: all.subarray(start, end), contentType };
}

/** The transfer syntax of a part (PS3.18 §8.7.3.5.2); explicit little endian when it says nothing. */
export function transferSyntaxOf(contentType: string): string {
  return /transfer-syntax="?([0-9.]+)"?/i.exec(contentType)?.[1] ?? '1.2.840.10008.1.2.1';
}

function find(bytes: Uint8Array, needle: string, from: number, to: number): number {
  for (let at = from; at + needle.length <= to; at++) if (matches(bytes, needle, at)) return at;
  return -1;
}

function findLast(bytes: Uint8Array, needle: string, from: number): number {
  for (let at = bytes.length - needle.length; at >= from; at--) if (matches(bytes, needle, at)) return at;
  return -1;
}

function matches(bytes: Uint8Array, needle: string, at: number): boolean {
  for (let index = 0; index < needle.length; index++) if (bytes[at + index] !== needle.charCodeAt(index)) return false;
  return true;
}

/** Appends in amortised linear time; sized at once when the length is known. */
class GrowingBuffer {
  length = 0;
  private store: Uint8Array<ArrayBuffer>;

  constructor(expected: number | undefined) {
    this.store = new Uint8Array(expected ?? 1 << 20);
  }

  append(chunk: Uint8Array): void {
    if (this.length + chunk.length > this.store.length) {
      const larger = new Uint8Array(Math.max(2 * this.store.length, this.length + chunk.length));
      larger.set(this.bytes);
      this.store = larger;
    }
    this.store.set(chunk, this.length);
    this.length += chunk.length;
  }

  get bytes(): Uint8Array<ArrayBuffer> {
    return this.store.subarray(0, this.length);
  }
}

/** Aborts when nothing was heard for SILENCE_MS, or when the caller aborts. */
class Silence {
  readonly signal: AbortSignal;
  private readonly own = new AbortController();
  private timer = 0;

  constructor(outer: AbortSignal) {
    this.signal = AbortSignal.any([outer, this.own.signal]);
    this.heard();
  }

  heard(): void {
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.own.abort(new FrameError(0, 'timeout')), SILENCE_MS);
  }

  stop(): void {
    clearTimeout(this.timer);
  }
}
