import './ledger.css';

/** Horizontal bars: one part or two beside each other, the figures in words at the end. */

export interface Bar {
  readonly key: string;
  readonly name: string;
  readonly recognised: number;
  readonly repeated: number;
  readonly said: string;
}

const share = (value: number, most: number): string => `${most === 0 ? 0 : (value / most) * 100}%`;

export function Bars({ label, bars, wide = false }: {
  readonly label: string;
  readonly bars: readonly Bar[];
  /** Long names: more room for them than for the bars. */
  readonly wide?: boolean;
}) {
  if (bars.length === 0) return null;
  const most = Math.max(1, ...bars.map((bar) => bar.recognised + bar.repeated));
  return (
    <figure className={wide ? 'lz-bars lz-bars-wide' : 'lz-bars'} aria-label={label}>
      <figcaption>{label}</figcaption>
      <ul>
        {bars.map((bar) => (
          <li key={bar.key}>
            <span className="lz-bars-name" title={bar.name}>
              {bar.name}
            </span>
            <span className="lz-bars-line" aria-hidden="true">
              <span className="lz-bars-recognised" style={{ width: share(bar.recognised, most) }} />
              <span className="lz-bars-repeated" style={{ width: share(bar.repeated, most) }} />
            </span>
            <span className="lz-bars-said">{bar.said}</span>
          </li>
        ))}
      </ul>
    </figure>
  );
}
