import type { ReactNode } from 'react';
import type { ViewerSeries } from '../study/images';
import { say } from '../text';
import type { Language } from '../types';

/** Which series is on the screen; nothing to choose when there is one. */
export function SeriesList({ series, current, language, onChoose }: {
  readonly series: readonly ViewerSeries[];
  readonly current: number;
  readonly language: Language;
  readonly onChoose: (index: number) => void;
}): ReactNode {
  if (series.length < 2) return null;
  return (
    <nav className="lz-viewer-series" aria-label={say('series', language)}>
      {series.map((one, index) => (
        <button key={one.seriesInstanceUid} type="button" aria-current={index === current} onClick={() => onChoose(index)}>
          <b>{index + 1}</b>
          <span>{one.name}</span>
          {one.images.length > 1 && <small>{one.images.length}</small>}
        </button>
      ))}
    </nav>
  );
}
