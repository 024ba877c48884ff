import { eventTarget, type Types } from '@cornerstonejs/core';
import { annotation as annotations, Enums, type Types as ToolTypes } from '@cornerstonejs/tools';
import { describe, type Context } from '../measure/describe';
import type { Point } from '../measure/geometry';
import type { Measurement } from '../types';
import type { ViewerImage } from '../study/images';
import { kindOfTool } from './toolbox';

export interface MeasurementHost {
  /** The image behind a Cornerstone id, if this stage shows it. */
  readonly imageOf: (imageId: string) => ViewerImage | undefined;
  readonly contextOf: (image: ViewerImage) => Context;
  readonly toImage: (world: Types.Point3) => Point;
  readonly tell: (measurement: Measurement) => void;
  readonly redraw: () => void;
}

const { ANNOTATION_COMPLETED, ANNOTATION_MODIFIED, ANNOTATION_REMOVED } = Enums.Events;
/** A drag reports its end once, when the handle has rested this long. */
const REST_MS = 250;

/** Turns Cornerstone's annotations into measurements with words, and tells when one comes, changes or goes. */
export class Measurements {
  /** What was told last, by annotation: the newest is last. */
  private readonly told = new Map<string, Measurement>();
  private readonly resting = new Map<string, number>();

  constructor(private readonly host: MeasurementHost) {
    eventTarget.addEventListener(ANNOTATION_COMPLETED, this.onChange);
    eventTarget.addEventListener(ANNOTATION_MODIFIED, this.onChange);
    eventTarget.addEventListener(ANNOTATION_REMOVED, this.onRemoved);
  }

  /** Remove the selected measurements, or the newest when none is selected. */
  removeSelected(): void {
    const selected = annotations.selection.getAnnotationsSelected().filter((uid) => this.told.has(uid));
    const newest = [...this.told.keys()].at(-1);
    this.remove(selected.length > 0 ? selected : newest === undefined ? [] : [newest]);
  }

  removeAll(): void {
    this.remove([...this.told.keys()]);
  }

  dispose(): void {
    eventTarget.removeEventListener(ANNOTATION_COMPLETED, this.onChange);
    eventTarget.removeEventListener(ANNOTATION_MODIFIED, this.onChange);
    eventTarget.removeEventListener(ANNOTATION_REMOVED, this.onRemoved);
    for (const timer of this.resting.values()) clearTimeout(timer);
    for (const uid of this.told.keys()) annotations.state.removeAnnotation(uid);
  }

  private remove(uids: readonly string[]): void {
    for (const uid of uids) annotations.state.removeAnnotation(uid);
    this.host.redraw();
  }

  private readonly onChange = (event: Event): void => {
    const { annotation } = (event as CustomEvent<{ annotation: ToolTypes.Annotation }>).detail;
    const uid = annotation.annotationUID;
    if (uid === undefined) return;
    if (event.type === (ANNOTATION_MODIFIED as string) && !this.told.has(uid)) return; // still being drawn
    clearTimeout(this.resting.get(uid));
    const wait = event.type === (ANNOTATION_COMPLETED as string) ? 0 : REST_MS;
    this.resting.set(uid, window.setTimeout(() => this.tell(uid, annotation), wait));
  };

  private readonly onRemoved = (event: Event): void => {
    const uid = (event as CustomEvent<{ annotation: ToolTypes.Annotation }>).detail.annotation.annotationUID;
    const last = uid === undefined ? undefined : this.told.get(uid);
    if (uid === undefined || last === undefined) return;
    clearTimeout(this.resting.get(uid));
    this.told.delete(uid);
    this.host.tell({ ...last, change: 'removed' });
  };

  private tell(uid: string, annotation: ToolTypes.Annotation): void {
    const measurement = this.measure(uid, annotation);
    if (measurement === undefined) return;
    const last = this.told.get(uid);
    if (last?.sentence === measurement.sentence) return;
    this.told.set(uid, measurement);
    this.host.tell(measurement);
  }

  private measure(uid: string, annotation: ToolTypes.Annotation): Measurement | undefined {
    const { toolName, referencedImageId } = annotation.metadata ?? {};
    const kind = kindOfTool(toolName ?? '');
    const image = this.host.imageOf(referencedImageId ?? '');
    if (kind === undefined || image === undefined) return undefined;
    const points = pointsOf(annotation.data, this.host.toImage);
    const context = this.host.contextOf(image);
    const described = describe(kind, points, context);
    if (described === undefined) return undefined;
    const { value, unit, statistics, sentence } = described;
    const { sopInstanceUid, frame } = image;
    const change = this.told.has(uid) ? 'changed' : 'added';
    return { id: uid, kind, sopInstanceUid, frame, points, value, unit, spacing: context.spacing.kind, statistics, sentence, change };
  }
}

/** The handles of an annotation as points of the image. */
export function pointsOf(data: unknown, toImage: (world: Types.Point3) => Point): Point[] {
  const { handles } = data as { handles?: { points?: Types.Point3[] } };
  return (handles?.points ?? []).map(toImage);
}
