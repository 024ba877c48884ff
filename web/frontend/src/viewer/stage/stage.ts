import { Enums, getShouldUseCPURendering, RenderingEngine, type StackViewport, type Types } from '@cornerstonejs/core';
import { number } from '../dicom/json';
import { TAG } from '../dicom/tags';
import { greyOfKept, paintOnCpu, paintOnGpu, type Look } from '../grey/paint';
import { describe, type Context } from '../measure/describe';
import { spacingOf } from '../spacing/spacing';
import type { ViewerImage } from '../study/images';
import type { KeyImage, Language, Measurement, MeasurementKind, Quality } from '../types';
import { imageIdOf, onFrameProgress, type FrameProgress } from './frameLoader';
import { ImageSpace } from './imageSpace';
import { pictureOf } from './keyImage';
import { Looks, pixelsOf, valueUnitOf } from './looks';
import { Magnifier } from './magnifier';
import { Measurements, pointsOf } from './measurements';
import { registerMetadata } from './metadata';
import { dropUnfinished, prefetchAround } from './prefetch';
import { setUpCornerstone } from './setup';
import { Store } from './state';
import { Toolbox, type ToolName } from './toolbox';
import { View } from './view';

/** No byte and no picture for this long: say so. */
const PATIENCE_MS = 35_000;

export interface StageHooks {
  readonly language: Language;
  readonly onMeasurement: (measurement: Measurement) => void;
  readonly onQuality: (quality: Quality) => void;
}

let stages = 0;

/** One picture on the screen and everything that can be done to it; React only draws what surrounds it. */
export class Stage {
  readonly store = new Store();
  readonly view: View;
  readonly space: ImageSpace;
  readonly cpu: boolean;
  readonly viewport: StackViewport;
  private readonly engine: RenderingEngine;
  private readonly toolbox: Toolbox;
  readonly measurements: Measurements;
  private readonly magnifier: Magnifier;
  private readonly looks: Looks;
  private readonly ending = new AbortController();
  private readonly byId = new Map<string, ViewerImage>();
  private look: Look | undefined;
  private patience = 0;
  private asked = 0;

  constructor(private readonly element: HTMLDivElement, private readonly hooks: StageHooks) {
    setUpCornerstone();
    const id = `lianzhen-stage-${++stages}`;
    this.cpu = getShouldUseCPURendering();
    this.engine = new RenderingEngine(id);
    this.engine.enableElement({ viewportId: id, element, type: Enums.ViewportType.STACK, defaultOptions: { background: [0, 0, 0] } });
    this.viewport = this.engine.getViewport(id) as StackViewport;
    this.space = new ImageSpace(this.viewport, this.cpu);
    this.view = new View(this.viewport, this.space);
    this.looks = new Looks(hooks.language);
    this.magnifier = new Magnifier(element);
    this.measurements = new Measurements({
      imageOf: (imageId) => this.byId.get(imageId),
      contextOf: (image) => this.contextOf(image),
      toImage: (world) => this.space.toImage(world),
      tell: hooks.onMeasurement,
      redraw: () => this.viewport.render(),
    });
    const lines = (kind: MeasurementKind, data: unknown): readonly string[] => this.linesOf(kind, data);
    this.toolbox = new Toolbox(id, id, id, { drag: (_, dx, dy) => this.dragWindow(dx, dy), lines });
    this.listen();
  }

  /** Show images as one stack, starting at `index`. What was set for the stack before is forgotten. */
  async open(images: readonly ViewerImage[], index = 0): Promise<void> {
    dropUnfinished([...this.byId.keys()]);
    registerMetadata(images);
    this.byId.clear();
    for (const image of images) this.byId.set(imageIdOf(image.imageUrl), image);
    this.looks.reset();
    this.view.forget();
    this.store.set({ images });
    await this.show(index, (at) => this.viewport.setStack([...this.byId.keys()], at));
  }

  async goTo(index: number): Promise<void> {
    const { images, index: before } = this.store.get();
    const next = Math.min(images.length - 1, Math.max(0, index));
    if (next !== before) await this.show(next, (at) => this.viewport.setImageIdIndex(at));
  }

  /** Ask again for an image that failed. */
  async retry(): Promise<void> {
    const { images, index } = this.store.get();
    await this.open(images, index);
  }

  choose(tool: ToolName): void {
    this.toolbox.choose(tool);
    this.magnifier.hide();
    this.store.set({ tool });
  }

  applyPreset(preset: number): void {
    if (preset >= this.looks.presets.length) return;
    this.looks.preset = preset;
    this.paint();
  }

  dragWindow(dx: number, dy: number): void {
    this.looks.drag(dx, dy);
    this.paint();
  }

  invert(): void {
    this.looks.inverted = !this.looks.inverted;
    this.paint();
  }

  /** As it was when it came: grey, place, turn. */
  reset(): void {
    this.looks.reset();
    this.view.reset();
    this.paint();
  }

  magnify(x: number, y: number): void {
    const image = this.viewport.getCornerstoneImage();
    if (image) this.magnifier.show([x, y], this.space, image, this.look && greyOfKept(this.look, image));
  }

  endMagnify(): void {
    this.magnifier.hide();
  }

  async capture(studyInstanceUid: string): Promise<KeyImage | undefined> {
    const { images, index, status } = this.store.get();
    const image = images[index];
    if (image === undefined || status !== 'ready') return undefined;
    const { sopInstanceUid, seriesInstanceUid, frame } = image;
    const dataUrl = await pictureOf(this.viewport.getCanvas(), this.element.querySelector('svg.svg-layer'));
    return { studyInstanceUid, seriesInstanceUid, sopInstanceUid, frame, dataUrl };
  }

  resize(): void {
    this.engine.resize(true, true);
    this.onCamera();
  }

  dispose(): void {
    this.ending.abort();
    clearTimeout(this.patience);
    this.measurements.dispose();
    this.toolbox.dispose();
    this.magnifier.remove();
    dropUnfinished([...this.byId.keys()]);
    this.engine.destroy();
  }

  private async show(index: number, load: (index: number) => Promise<unknown>): Promise<void> {
    const ask = ++this.asked;
    this.store.set({ index, status: 'loading', problem: undefined, quality: 'partial', loaded: 0, total: undefined });
    this.hooks.onQuality('partial');
    this.wait();
    try {
      await load(index);
    } catch (error) {
      // the first reason stays: that a failed transfer is then stopped is none of its own
      if (ask === this.asked && this.store.get().status !== 'failed') this.fail(error);
    }
  }

  private listen(): void {
    const { signal } = this.ending;
    this.element.addEventListener(Enums.Events.STACK_NEW_IMAGE, this.onImage, { signal });
    this.element.addEventListener(Enums.Events.CAMERA_MODIFIED, this.onCamera, { signal });
    signal.addEventListener('abort', onFrameProgress((progress) => this.onProgress(progress)));
  }

  private readonly onImage = (event: Event): void => {
    const { image, imageId } = (event as CustomEvent<{ image: Types.IImage; imageId: string }>).detail;
    const shown = this.currentImage();
    if (shown === undefined || imageId !== this.currentId()) return;
    this.space.use(number(shown.instance, TAG.Columns) ?? 1, number(shown.instance, TAG.Rows) ?? 1);
    this.paint(image);
    const quality: Quality = image.imageQualityStatus === Enums.ImageQualityStatus.FULL_RESOLUTION ? 'lossless' : 'partial';
    this.store.set({ status: 'ready', quality });
    this.hooks.onQuality(quality);
    queueMicrotask(this.onCamera); // without a GPU the event comes before the picture is in place
    if (quality === 'partial') return this.wait();
    clearTimeout(this.patience);
    void prefetchAround([...this.byId.keys()], this.store.get().index, this.cpu, this.ending.signal);
  };

  private readonly onCamera = (): void => {
    const image = this.currentImage();
    if (image === undefined || this.ending.signal.aborted || !this.viewport.getImageData()) return;
    this.store.set({ percent: this.view.percent(), edges: this.view.edges(image.instance) });
  };

  private onProgress({ imageId, loaded, total, error }: FrameProgress): void {
    if (imageId !== this.currentId() || this.store.get().quality === 'lossless') return;
    if (error !== undefined) return this.fail(error);
    this.wait();
    this.store.set({ loaded, total });
  }

  private paint(image: Types.IImage | undefined = this.viewport.getCornerstoneImage()): void {
    const shown = this.currentImage();
    if (image === undefined || shown === undefined) return;
    this.look = this.looks.of(shown.instance, image);
    if (this.look !== undefined) (this.cpu ? paintOnCpu : paintOnGpu)(this.viewport, this.look, image);
    const { presets, preset, window, inverted, warnings } = this.looks;
    this.store.set({ presets, preset, window, inverted, warnings });
    this.viewport.render();
  }

  private contextOf(image: ViewerImage): Context {
    const whole = this.store.get().quality === 'lossless' && this.currentImage() === image;
    const pixels = whole ? pixelsOf(image.instance, this.viewport.getCornerstoneImage()) : undefined;
    return { spacing: spacingOf(image.instance), pixels, valueUnit: valueUnitOf(image.instance), language: this.hooks.language };
  }

  private linesOf(kind: MeasurementKind, data: unknown): readonly string[] {
    const image = this.currentImage();
    if (image === undefined) return [];
    return describe(kind, pointsOf(data, (world) => this.space.toImage(world)), this.contextOf(image))?.lines ?? [];
  }

  private currentImage(): ViewerImage | undefined {
    const { images, index } = this.store.get();
    return images[index];
  }

  private currentId(): string | undefined {
    const image = this.currentImage();
    return image && imageIdOf(image.imageUrl);
  }

  private wait(): void {
    clearTimeout(this.patience);
    this.patience = window.setTimeout(() => this.fail(new Error('timeout')), PATIENCE_MS);
  }

  private fail(error: unknown): void {
    clearTimeout(this.patience);
    this.store.set({ status: 'failed', problem: error instanceof Error ? error.message : String(error) });
    dropUnfinished([this.currentId() ?? '']);
  }
}
