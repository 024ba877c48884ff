import { FINE, type Columns } from './columns';

const INK = 0x11_11_11;
const WHOLE = Math.round(255 / FINE);

/** The trace layer's pixels: ink whose alpha is how much of a pixel the line covers. */
export class Pixels {
  readonly image: ImageData;
  readonly #words: Uint32Array;

  constructor(
    readonly width: number,
    readonly height: number,
  ) {
    this.image = new ImageData(width, height);
    this.#words = new Uint32Array(this.image.data.buffer);
  }

  clear(): void {
    this.#words.fill(0);
  }

  /** Paint a line `thickness` pixels wide: flat parts grow up and down, steep parts to the sides. */
  paint(columns: Columns, thickness: number): void {
    const half = thickness / 2;
    const reach = Math.max(0, Math.round((thickness * FINE - 1) / 2));
    const { top, bottom, width } = columns;
    const end = Math.min(width - 1, columns.last + reach);
    for (let column = Math.max(0, columns.first - reach); column <= end; column += 1) {
      let high = (top[column] ?? Infinity) - half;
      let low = (bottom[column] ?? -Infinity) + half;
      const last = Math.min(width - 1, column + reach);
      for (let side = Math.max(0, column - reach); side <= last; side += 1) {
        const above = top[side] ?? Infinity;
        const beneath = bottom[side] ?? -Infinity;
        if (above < high) high = above;
        if (beneath > low) low = beneath;
      }
      if (high < low) this.#bar(Math.floor(column / FINE), high, low);
    }
  }

  /** One fine column from `top` to `bottom`, partly covered pixels at both ends. */
  #bar(column: number, top: number, bottom: number): void {
    const words = this.#words;
    const { width } = this;
    const first = Math.max(0, Math.floor(top));
    const last = Math.min(this.height - 1, Math.ceil(bottom) - 1);
    let index = first * width + column;
    for (let row = first; row <= last; row += 1, index += width) {
      const covered = (bottom < row + 1 ? bottom : row + 1) - (top > row ? top : row);
      // ImageData is RGBA in memory: little-endian words are ABGR. Lines that meet add up to full ink.
      const alpha = ((words[index] ?? 0) >>> 24) + (covered === 1 ? WHOLE : Math.round((covered * 255) / FINE));
      words[index] = (((alpha > 255 ? 255 : alpha) << 24) | INK) >>> 0;
    }
  }
}
