import { cache, imageLoader } from '@cornerstonejs/core';

/** Fetch a series' other images one after the other, nearest first, until told to stop. */
export async function prefetchAround(ids: readonly string[], index: number, cpu: boolean, signal: AbortSignal): Promise<void> {
  const options = { useRGBA: cpu, priority: 0, requestType: 'prefetch' };
  const order = ids.map((id, at) => ({ id, far: Math.abs(at - index) })).filter(({ far }) => far > 0);
  for (const { id } of order.toSorted((a, b) => a.far - b.far)) {
    if (signal.aborted) return;
    if (cache.getImageLoadObject(id) !== undefined) continue;
    try {
      await imageLoader.loadAndCacheImage(id, options);
    } catch {
      return; // the reader will be told when this image is asked for
    }
  }
}

/** Forget images that did not arrive whole, and stop fetching them. */
export function dropUnfinished(ids: readonly string[]): void {
  for (const id of ids) {
    const load = cache.getImageLoadObject(id);
    if (load === undefined || cache.isLoaded(id)) continue;
    load.cancelFn?.();
    cache.removeImageLoadObject(id, { force: true });
  }
}
