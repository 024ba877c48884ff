import type { ReactNode } from 'react';

/** Drawn for this toolbar on a 20 × 20 grid, stroke 1.5. */
const ICONS = {
  window: <><circle cx="10" cy="10" r="6.5" /><path d="M10 3.5a6.5 6.5 0 0 1 0 13z" fill="currentColor" /></>,
  zoom: <><circle cx="8.5" cy="8.5" r="5" /><path d="M12.3 12.3 17 17M6.3 8.5h4.4M8.5 6.3v4.4" /></>,
  pan: <path d="M10 2.8v14.4M2.8 10h14.4M7.8 5 10 2.8 12.2 5M7.8 15l2.2 2.2 2.2-2.2M5 7.8 2.8 10 5 12.2M15 7.8l2.2 2.2-2.2 2.2" />,
  magnifier: <><circle cx="9" cy="9" r="6" /><path d="m13.5 13.5 3.7 3.7" strokeWidth="2.2" /></>,
  length: <path d="M3.5 13.5 13.5 3.5l3 3-10 10zM6.2 10.8l1.6 1.6M8.7 8.3l1.2 1.2M11.2 5.8l1.6 1.6" />,
  angle: <path d="M16.8 16H3.2L13 4M8.2 16a5 5 0 0 0-1.9-3.9" />,
  cobb: <path d="m3 6.2 14-2.4M3 13.8l14 2.4M10 5v3.2M10 11.8V15" />,
  rectangle: <rect x="3" y="5" width="14" height="10" />,
  ellipse: <ellipse cx="10" cy="10" rx="7.2" ry="5" />,
  delete: <path d="M3.5 5.5h13M8 5.5V3.5h4v2M5.2 5.5l.8 11h8l.8-11M8.3 8.5v5M11.7 8.5v5" />,
  invert: <><rect x="3" y="3" width="14" height="14" rx="1.5" /><path d="M3 17 17 3v14z" fill="currentColor" /></>,
  rotateLeft: <path d="M4.2 11a6 6 0 1 0 2-5.2M6.4 2.8v3.4h3.4" />,
  rotateRight: <path d="M15.8 11a6 6 0 1 1-2-5.2M13.6 2.8v3.4h-3.4" />,
  flipH: <><path d="M10 2.5v15" strokeDasharray="2 2" /><path d="M7.5 5v10H2.8zM12.5 5v10h4.7z" /></>,
  flipV: <><path d="M2.5 10h15" strokeDasharray="2 2" /><path d="M5 7.5h10V2.8zM5 12.5h10v4.7z" /></>,
  fit: <path d="M3 7V3h4M13 3h4v4M17 13v4h-4M7 17H3v-4M7 7h6v6H7z" />,
  actual: <path d="M4.5 6.2 6.5 5v10M12.5 6.2l2-1.2v10M10 8.2v.1M10 12v.1" />,
  reset: <path d="M3.5 10a6.5 6.5 0 1 0 2.1-4.8M3.5 3v3.4h3.4M10 7v3.3l2.2 1.4" />,
  keyImage: <path d="m10 2.8 2.2 4.6 5 .7-3.6 3.5.9 5-4.5-2.4-4.5 2.4.9-5L2.8 8.1l5-.7z" />,
  labels: <path d="M3 5h8M3 9h5M3 15h6M13.5 16.5v-9M10.8 7.5h5.4" />,
  help: <><circle cx="10" cy="10" r="7" /><path d="M7.9 8a2.1 2.1 0 1 1 3 1.9c-.6.3-.9.7-.9 1.4M10 13.7v.1" /></>,
} as const satisfies Record<string, ReactNode>;

export type IconName = keyof typeof ICONS;

export function Icon({ name }: { readonly name: IconName }): ReactNode {
  return (
    <svg viewBox="0 0 20 20" width="20" height="20" fill="none" stroke="currentColor" strokeWidth="1.5" strokeLinecap="round" strokeLinejoin="round" aria-hidden="true">
      {ICONS[name]}
    </svg>
  );
}
