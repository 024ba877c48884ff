import { useEffect, type RefObject } from 'react';
import type { Stage } from './stage/stage';

/** What the mouse does beside the tools: the wheel turns pages or zooms, and the lens follows the pressed pointer. */
export function usePointer(element: RefObject<HTMLDivElement | null>, stage: Stage | undefined): void {
  useEffect(() => {
    const target = element.current;
    if (target === null || stage === undefined) return undefined;
    const ending = new AbortController();
    const { signal } = ending;
    const at = (event: MouseEvent): [number, number] => {
      const box = target.getBoundingClientRect();
      return [event.clientX - box.left, event.clientY - box.top];
    };
    const isReady = (): boolean => stage.store.get().status === 'ready';
    const lens = (event: PointerEvent): void => {
      if (stage.store.get().tool === 'magnifier' && isReady() && (event.buttons & 1) === 1) stage.magnify(...at(event));
    };
    const onWheel = (event: WheelEvent): void => {
      event.preventDefault();
      const { images, index } = stage.store.get();
      if (images.length > 1) void stage.goTo(index + Math.sign(event.deltaY));
      else if (isReady()) stage.view.zoomBy(event.deltaY < 0 ? 1.15 : 1 / 1.15, at(event));
    };
    target.addEventListener('wheel', onWheel, { signal, passive: false });
    target.addEventListener('pointerdown', lens, { signal });
    target.addEventListener('pointermove', lens, { signal });
    for (const end of ['pointerup', 'pointerleave', 'pointercancel']) {
      target.addEventListener(end, () => stage.endMagnify(), { signal });
    }
    target.addEventListener('contextmenu', (event) => event.preventDefault(), { signal });
    return () => ending.abort();
  }, [element, stage]);
}
