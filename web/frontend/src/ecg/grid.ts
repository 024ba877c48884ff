import { GRID, LABEL_SIZE } from './layout';
import type { Sheet, View } from './types';

const THIN = '#f8d4d4';
const BOLD = '#e89c9c';
const INK = '#111';
const FONT = "'Noto Sans CJK SC', 'Noto Sans SC', 'Microsoft YaHei', 'PingFang SC', sans-serif";

type Context = CanvasRenderingContext2D;

/** A horizontal or vertical line of whole pixels centred on a millimetre, as fine as the pixels allow. */
function ruler(context: Context, view: View, thickness: number): (vertical: boolean, at: number, from: number, to: number) => void {
  const width = Math.max(1, Math.round(thickness * view.pxPerMm));
  return (vertical, at, from, to) => {
    const [origin, across] = vertical ? [view.left, view.top] : [view.top, view.left];
    const line = Math.round((at - origin) * view.pxPerMm - width / 2);
    const start = Math.round((from - across) * view.pxPerMm - width / 2);
    const length = Math.round((to - from) * view.pxPerMm) + width;
    if (vertical) context.fillRect(line, start, width, length);
    else context.fillRect(start, line, length, width);
  };
}

/** White paper and the squares of 1 and 5 mm; single millimetres are left out where they would be a grey wash. */
export function paintGrid(context: Context, view: View): void {
  context.fillStyle = '#fff';
  context.fillRect(0, 0, context.canvas.width, context.canvas.height);
  for (const [millimetres, colour, thickness] of [[1, THIN, 0.1], [5, BOLD, 0.2]] as const) {
    if (millimetres * view.pxPerMm < 3) continue;
    const rule = ruler(context, view, thickness);
    context.fillStyle = colour;
    for (let x = 0; x <= GRID.width; x += millimetres) rule(true, GRID.left + x, GRID.top, GRID.top + GRID.height);
    for (let y = 0; y <= GRID.height; y += millimetres) rule(false, GRID.top + y, GRID.left, GRID.left + GRID.width);
  }
}

/** Ticks between columns and lead names on a white halo: under the traces, so that none is hidden. */
export function paintMarks(context: Context, sheet: Sheet, view: View): void {
  const rule = ruler(context, view, 0.25);
  context.font = `600 ${LABEL_SIZE * view.pxPerMm}px ${FONT}`;
  context.lineJoin = 'round';
  context.lineWidth = view.pxPerMm;
  context.strokeStyle = '#fff';
  context.fillStyle = INK;
  for (const { label, x, labelY } of sheet.traces) {
    const place = [(x + 0.8 - view.left) * view.pxPerMm, (labelY - view.top) * view.pxPerMm] as const;
    context.strokeText(label, ...place);
    context.fillText(label, ...place);
  }
  for (const { x, y } of sheet.ticks) rule(true, x, y - 1.5, y + 1.5);
}
