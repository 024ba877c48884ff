import {
  AngleTool, CobbAngleTool, EllipticalROITool, Enums, LengthTool, PanTool, RectangleROITool, ToolGroupManager, ZoomTool,
} from '@cornerstonejs/tools';
import type { MeasurementKind } from '../types';
import { WindowTool, type WindowDrag } from './windowTool';

/** What the left button does. */
export type ToolName = 'window' | 'zoom' | 'pan' | 'magnifier' | MeasurementKind;

const MEASURES: Readonly<Record<MeasurementKind, string>> = {
  length: LengthTool.toolName,
  angle: AngleTool.toolName,
  cobb: CobbAngleTool.toolName,
  rectangle: RectangleROITool.toolName,
  ellipse: EllipticalROITool.toolName,
};
const KINDS = new Map(Object.entries(MEASURES).map(([kind, tool]) => [tool, kind as MeasurementKind]));
const ZOOM = ZoomTool.toolName;
const PAN = PanTool.toolName;
const { Primary, Secondary, Auxiliary } = Enums.MouseBindings;

export function kindOfTool(toolName: string): MeasurementKind | undefined {
  return KINDS.get(toolName);
}

export interface ToolboxHooks {
  readonly drag: WindowDrag;
  readonly lines: (kind: MeasurementKind, data: unknown) => readonly string[];
}

/** The tools of one stage: left as chosen, right button zooms, middle button pans. */
export class Toolbox {
  current: ToolName = 'window';
  private readonly group;

  constructor(private readonly id: string, viewportId: string, engineId: string, hooks: ToolboxHooks) {
    const group = ToolGroupManager.createToolGroup(id);
    if (group === undefined) throw new Error(`tool group ${id} exists already`);
    this.group = group;
    group.addTool(WindowTool.toolName, { drag: hooks.drag });
    group.addTool(ZOOM, { zoomToCenter: false });
    group.addTool(PAN);
    for (const [kind, tool] of Object.entries(MEASURES)) {
      // Statistics and words are ours: in Chinese, in the right unit, and none before the picture is complete.
      const getTextLines = (data: unknown): readonly string[] => hooks.lines(kind as MeasurementKind, data);
      group.addTool(tool, { getTextLines, calculateStats: false });
      group.setToolPassive(tool);
    }
    group.addViewport(viewportId, engineId);
    group.setToolActive(ZOOM, { bindings: [{ mouseButton: Secondary }] });
    group.setToolActive(PAN, { bindings: [{ mouseButton: Auxiliary }] });
    this.choose('window');
  }

  choose(tool: ToolName): void {
    const before = engineTool(this.current);
    if (before !== undefined) this.group.setToolPassive(before);
    const next = engineTool(tool);
    if (next !== undefined) this.group.setToolActive(next, { bindings: [{ mouseButton: Primary }] });
    this.current = tool;
  }

  dispose(): void {
    ToolGroupManager.destroyToolGroup(this.id);
  }
}

function engineTool(tool: ToolName): string | undefined {
  switch (tool) {
    case 'window':
      return WindowTool.toolName;
    case 'zoom':
      return ZOOM;
    case 'pan':
      return PAN;
    case 'magnifier':
      return undefined;
    default:
      return MEASURES[tool];
  }
}
