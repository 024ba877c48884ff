import { BaseTool, type Types } from '@cornerstonejs/tools';

export type WindowDrag = (element: HTMLDivElement, dx: number, dy: number) => void;

/** Drag to window. Cornerstone's own tool knows straight lines only; this one hands the movement to the stage. */
export class WindowTool extends BaseTool {
  static override toolName = 'LianzhenWindow';

  mouseDragCallback(event: Types.EventTypes.InteractionEventType): void {
    const { element, deltaPoints } = event.detail;
    const [dx, dy] = deltaPoints.canvas;
    const drag: unknown = this.configuration['drag'];
    if (typeof drag === 'function') (drag as WindowDrag)(element, dx, dy);
  }
}
