import { type KeyboardEvent, type PointerEvent, type ReactNode, useDeferredValue, useRef, useState } from 'react';

import { t } from '../design/i18n';

const STORAGE_KEY = 'lianzhen.split';
const [SMALLEST, LARGEST, FIRST, STEP] = [35, 80, 63, 2];

const inside = (share: number): number => Math.min(LARGEST, Math.max(SMALLEST, share));

/** Film and report side by side with a handle between them; one above the other on a narrow screen (by CSS). */
export function Split({ left, right }: { readonly left: ReactNode; readonly right: ReactNode }) {
  const frame = useRef<HTMLDivElement>(null);
  const rightToo = useDeferredValue(true, false); // the film is asked for before the report is drawn
  const [share, setShare] = useState(() => inside(Number(localStorage.getItem(STORAGE_KEY) ?? FIRST) || FIRST));

  const keep = (next: number): void => {
    setShare(inside(next));
    localStorage.setItem(STORAGE_KEY, String(inside(next)));
  };
  const drag = (event: PointerEvent<HTMLDivElement>): void => {
    const box = frame.current?.getBoundingClientRect();
    if (box === undefined || !event.currentTarget.hasPointerCapture(event.pointerId)) return;
    keep(((event.clientX - box.left) / box.width) * 100);
  };
  const press = (event: KeyboardEvent): void => {
    if (event.key === 'ArrowLeft') keep(share - STEP);
    else if (event.key === 'ArrowRight') keep(share + STEP);
    else return;
    event.preventDefault();
  };

  return (
    <div className="lz-split" ref={frame} style={{ gridTemplateColumns: `minmax(0, ${share}%) 7px minmax(0, 1fr)` }}>
      <div className="lz-split-left">{left}</div>
      <div
        className="lz-split-handle"
        role="slider"
        tabIndex={0}
        aria-label={t('read.split')}
        aria-orientation="horizontal"
        aria-valuenow={Math.round(share)}
        aria-valuemin={SMALLEST}
        aria-valuemax={LARGEST}
        onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
        onPointerMove={drag}
        onDoubleClick={() => keep(FIRST)}
        onKeyDown={press}
      />
      <div className="lz-split-right">{rightToo && right}</div>
    </div>
  );
}
