/** The view as it is on the screen, measurements included, as a PNG data URL. */
export async function pictureOf(canvas: HTMLCanvasElement, drawings: SVGSVGElement | null): Promise<string> {
  const copy = document.createElement('canvas');
  copy.width = canvas.width;
  copy.height = canvas.height;
  const context = copy.getContext('2d');
  if (context === null) throw new Error('this browser gives no 2-D canvas');
  context.drawImage(canvas, 0, 0);
  if (drawings !== null && drawings.querySelector('[data-annotation-uid]') !== null) {
    context.drawImage(await load(drawings, canvas), 0, 0, copy.width, copy.height);
  }
  return copy.toDataURL('image/png');
}

async function load(drawings: SVGSVGElement, size: HTMLCanvasElement): Promise<HTMLImageElement> {
  const clone = drawings.cloneNode(true) as SVGSVGElement;
  clone.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  clone.setAttribute('width', String(drawings.clientWidth || size.clientWidth));
  clone.setAttribute('height', String(drawings.clientHeight || size.clientHeight));
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(new XMLSerializer().serializeToString(clone))}`;
  await image.decode();
  return image;
}
