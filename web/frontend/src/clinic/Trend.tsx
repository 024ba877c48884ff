import { useLayoutEffect, useRef, useState } from 'react';

import type { ResultRow } from '../api/results';
import { t } from '../design/i18n';
import { plotted, type Plot } from './trend';

const [LINE, TOP, RIGHT, LINES] = [34, 6, 16, 5] as const;

const kind = (row: ResultRow): 'positive' | 'negative' | 'unsaid' =>
  row.positive === null ? 'unsaid' : row.positive ? 'positive' : 'negative';

const shortened = (name: string, most: number): string => (name.length > most ? `${name.slice(0, most - 1)}…` : name);

/** The plot is drawn in the screen's own pixels, so that its words stay readable on a phone. */
function useWidth(): [(frame: HTMLElement | null) => void, number] {
  const frame = useRef<HTMLElement | null>(null);
  const [width, setWidth] = useState(600);
  useLayoutEffect(() => {
    const { current } = frame;
    if (current === null) return undefined;
    const watch = new ResizeObserver(() => setWidth(Math.max(280, current.clientWidth)));
    watch.observe(current);
    return () => watch.disconnect();
  }, []);
  return [(one) => void (frame.current = one), width];
}

/** One line an item, one mark a result: filled when positive, hollow when negative. The list below says the same in words. */
export function Trend({ rows, current, onOpen }: {
  readonly rows: readonly ResultRow[];
  readonly current: string | null;
  readonly onOpen: (reportId: string) => void;
}) {
  const plot = plotted(rows, LINES);
  return plot === null ? null : <Drawn plot={plot} current={current} onOpen={onOpen} />;
}

function Drawn({ plot, current, onOpen }: {
  readonly plot: Plot;
  readonly current: string | null;
  readonly onOpen: (reportId: string) => void;
}) {
  const [frame, width] = useWidth();
  const left = width < 480 ? 92 : 150;
  const height = TOP + plot.lines.length * LINE + 22;
  const across = (at: number): number => left + at * (width - left - RIGHT);
  return (
    <figure ref={frame} className="lz-trend" aria-label={t('results.trend')}>
      <svg width={width} height={height} role="img" aria-label={t('results.trend')}>
        {plot.lines.map((line, place) => {
          const y = TOP + place * LINE + LINE / 2;
          return (
            <g key={line.name}>
              <text x={left - 14} y={y + 5} textAnchor="end" className="lz-trend-name">
                {shortened(line.name, width < 480 ? 6 : 10)}
              </text>
              <line x1={left - 6} x2={width - RIGHT + 6} y1={y} y2={y} className="lz-trend-line" />
              {line.dots.map(({ row, at }) => (
                <g key={row.report_id} className={`lz-trend-dot lz-trend-${kind(row)}`} onClick={() => onOpen(row.report_id)}>
                  <title>{`${row.study_at.slice(0, 10)} ${row.unit} ${row.impression}`}</title>
                  <circle cx={across(at)} cy={y} r="15" className="lz-trend-hit" />
                  {row.report_id === current && <circle cx={across(at)} cy={y} r="12" className="lz-trend-current" />}
                  <circle cx={across(at)} cy={y} r="7" />
                </g>
              ))}
            </g>
          );
        })}
        <text x={left} y={height - 6}>
          {plot.from}
        </text>
        <text x={width - RIGHT} y={height - 6} textAnchor="end">
          {plot.until}
        </text>
      </svg>
      <figcaption>
        <span className="lz-trend-key lz-trend-key-positive">{t('report.positive')}</span>
        <span className="lz-trend-key">{t('report.negative')}</span>
      </figcaption>
    </figure>
  );
}
