import { afterEach, describe, expect, it, vi } from 'vitest';
import { FrameError, readFrame, transferSyntaxOf, unwrap } from './frameBytes';
import { levelFor } from './frameLoader';

const bytes = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);
const TYPE = 'multipart/related; type="image/jphc"; boundary=b';
const HEAD = '--b\r\nContent-Type: image/jphc; transfer-syntax=1.2.840.10008.1.2.4.202\r\n\r\n';
const decoded = (part: { bytes: Uint8Array } | undefined): string => new TextDecoder().decode(part?.bytes);

afterEach(() => vi.unstubAllGlobals());

describe('the envelope of a frame', () => {
  it('is taken off, whole or in part', () => {
    expect(unwrap(bytes('--b\r\nContent'), TYPE, false)).toBeUndefined();
    expect(decoded(unwrap(bytes(`${HEAD}abc`), TYPE, false))).toBe('abc');
    const whole = unwrap(bytes(`${HEAD}ab\r\n--bc\r\n--b--\r\n`), TYPE, true);
    expect(decoded(whole)).toBe('ab\r\n--bc');
    expect(transferSyntaxOf(whole?.contentType ?? '')).toBe('1.2.840.10008.1.2.4.202');
  });

  it('must be closed when the answer ends', () => {
    expect(() => unwrap(bytes(`${HEAD}abc`), TYPE, true)).toThrow(FrameError);
  });

  it('may be absent', () => {
    expect(decoded(unwrap(bytes('abc'), 'application/octet-stream', true))).toBe('abc');
    expect(transferSyntaxOf('application/octet-stream')).toBe('1.2.840.10008.1.2.1');
  });
});

function answer(chunks: readonly string[], init: ResponseInit): void {
  const body = new ReadableStream({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(bytes(chunk));
      controller.close();
    },
  });
  vi.stubGlobal('fetch', () => Promise.resolve(new Response(body, init)));
}

async function read() {
  const parts: { text: string; complete: boolean; loaded: number; total: number | undefined }[] = [];
  for await (const part of readFrame('http://x/frames/1', new AbortController().signal)) {
    parts.push({ text: decoded(part), complete: part.complete, loaded: part.loaded, total: part.total });
  }
  return parts;
}

describe('reading a frame', () => {
  it('yields the same frame in one piece and byte by byte', async () => {
    const text = `${HEAD}a frame\r\n--b--\r\n`;
    for (const chunks of [[text], text.split('')]) {
      answer(chunks, { headers: { 'Content-Type': TYPE, 'Content-Length': String(text.length) } });
      const last = (await read()).at(-1);
      expect(last).toEqual({ text: 'a frame', complete: true, loaded: text.length, total: text.length });
    }
  });

  it('names the status of a refusal', async () => {
    answer(['no'], { status: 404 });
    await expect(read()).rejects.toMatchObject({ status: 404, message: 'HTTP 404' });
  });

  it('refuses an answer without a frame', async () => {
    answer(['--b\r\n'], { headers: { 'Content-Type': TYPE } });
    await expect(read()).rejects.toBeInstanceOf(FrameError);
  });
});

it('decodes a resolution only when all of it has surely come', () => {
  expect([0.01, 0.03, 0.05, 0.1, 0.3, 0.9].map(levelFor)).toEqual([4, 3, 2, 1, 0, 0]);
});
