import type { Stage } from '../stage/stage';
import type { ToolName } from '../stage/toolbox';
import type { IconName } from './icons';

/** What a command may touch besides the picture. */
export interface Desk {
  readonly stage: Stage;
  readonly moveSeries: (step: number) => void;
  readonly takeKeyImage: () => void;
  readonly toggleHelp: () => void;
  readonly toggleLabels: () => void;
}

export type Group = 'tool' | 'measure' | 'grey' | 'place' | 'move' | 'other';

/** One thing the reader can do: the toolbar, the keyboard and the help page are all made of this list. */
export interface Command {
  readonly id: string;
  /** Keys as `KeyboardEvent.key`, letters in lower case; a modifier is written in front: `Shift+ArrowUp`. */
  readonly keys: readonly string[];
  readonly label: readonly [zh: string, en: string];
  readonly group: Group;
  readonly icon?: IconName;
  readonly tool?: ToolName;
  readonly run: (desk: Desk) => void;
}

const tool = (name: ToolName, key: string, zh: string, en: string, group: Group): Command => ({
  id: name, keys: [key], label: [zh, en], group, icon: name, tool: name, run: ({ stage }) => stage.choose(name),
});

export const COMMANDS: readonly Command[] = [
  tool('window', 'w', '窗宽窗位', 'Window', 'tool'),
  tool('zoom', 'z', '缩放', 'Zoom', 'tool'),
  tool('pan', 'p', '平移', 'Pan', 'tool'),
  tool('magnifier', 'm', '放大镜', 'Magnifier', 'tool'),
  tool('length', 'l', '长度', 'Length', 'measure'),
  tool('angle', 'a', '角度', 'Angle', 'measure'),
  tool('cobb', 'c', 'Cobb 角', 'Cobb angle', 'measure'),
  tool('rectangle', 'r', '矩形区域', 'Rectangle', 'measure'),
  tool('ellipse', 'e', '椭圆区域', 'Ellipse', 'measure'),
  { id: 'delete', keys: ['Delete', 'Backspace'], label: ['删除测量', 'Delete measurement'], group: 'measure', icon: 'delete', run: ({ stage }) => stage.measurements.removeSelected() },
  { id: 'clear', keys: ['Shift+Delete'], label: ['清除全部测量', 'Clear measurements'], group: 'measure', run: ({ stage }) => stage.measurements.removeAll() },
  { id: 'invert', keys: ['i'], label: ['反相', 'Invert'], group: 'grey', icon: 'invert', run: ({ stage }) => stage.invert() },
  { id: 'wider', keys: ['Shift+ArrowRight'], label: ['窗宽增大', 'Wider window'], group: 'grey', run: ({ stage }) => stage.dragWindow(20, 0) },
  { id: 'narrower', keys: ['Shift+ArrowLeft'], label: ['窗宽减小', 'Narrower window'], group: 'grey', run: ({ stage }) => stage.dragWindow(-20, 0) },
  { id: 'higher', keys: ['Shift+ArrowUp'], label: ['窗位升高', 'Higher centre'], group: 'grey', run: ({ stage }) => stage.dragWindow(0, 20) },
  { id: 'lower', keys: ['Shift+ArrowDown'], label: ['窗位降低', 'Lower centre'], group: 'grey', run: ({ stage }) => stage.dragWindow(0, -20) },
  { id: 'rotateLeft', keys: [','], label: ['左转 90°', 'Turn left'], group: 'place', icon: 'rotateLeft', run: ({ stage }) => stage.view.rotateBy(-1) },
  { id: 'rotateRight', keys: ['.'], label: ['右转 90°', 'Turn right'], group: 'place', icon: 'rotateRight', run: ({ stage }) => stage.view.rotateBy(1) },
  { id: 'flipH', keys: ['h'], label: ['左右镜像', 'Mirror'], group: 'place', icon: 'flipH', run: ({ stage }) => stage.view.flip('horizontal') },
  { id: 'flipV', keys: ['v'], label: ['上下镜像', 'Flip'], group: 'place', icon: 'flipV', run: ({ stage }) => stage.view.flip('vertical') },
  { id: 'fit', keys: ['f'], label: ['适合窗口', 'Fit'], group: 'place', icon: 'fit', run: ({ stage }) => stage.view.fit() },
  { id: 'actual', keys: ['o'], label: ['原始像素 1:1', 'Actual pixels 1:1'], group: 'place', icon: 'actual', run: ({ stage }) => stage.view.actualSize() },
  { id: 'reset', keys: ['0'], label: ['复位', 'Reset'], group: 'place', icon: 'reset', run: ({ stage }) => stage.reset() },
  { id: 'larger', keys: ['+', '='], label: ['放大', 'Zoom in'], group: 'place', run: ({ stage }) => stage.view.zoomBy(1.25) },
  { id: 'smaller', keys: ['-'], label: ['缩小', 'Zoom out'], group: 'place', run: ({ stage }) => stage.view.zoomBy(0.8) },
  { id: 'left', keys: ['Alt+ArrowLeft'], label: ['左移', 'Move left'], group: 'place', run: ({ stage }) => stage.view.panBy(-60, 0) },
  { id: 'right', keys: ['Alt+ArrowRight'], label: ['右移', 'Move right'], group: 'place', run: ({ stage }) => stage.view.panBy(60, 0) },
  { id: 'up', keys: ['Alt+ArrowUp'], label: ['上移', 'Move up'], group: 'place', run: ({ stage }) => stage.view.panBy(0, -60) },
  { id: 'down', keys: ['Alt+ArrowDown'], label: ['下移', 'Move down'], group: 'place', run: ({ stage }) => stage.view.panBy(0, 60) },
  { id: 'previous', keys: ['ArrowUp', 'ArrowLeft'], label: ['上一幅', 'Previous image'], group: 'move', run: ({ stage }) => step(stage, -1) },
  { id: 'next', keys: ['ArrowDown', 'ArrowRight'], label: ['下一幅', 'Next image'], group: 'move', run: ({ stage }) => step(stage, 1) },
  { id: 'previousSeries', keys: ['PageUp'], label: ['上一序列', 'Previous series'], group: 'move', run: ({ moveSeries }) => moveSeries(-1) },
  { id: 'nextSeries', keys: ['PageDown'], label: ['下一序列', 'Next series'], group: 'move', run: ({ moveSeries }) => moveSeries(1) },
  { id: 'keyImage', keys: ['k'], label: ['采集关键图像', 'Take key image'], group: 'other', icon: 'keyImage', run: ({ takeKeyImage }) => takeKeyImage() },
  { id: 'labels', keys: ['t'], label: ['显示/隐藏信息', 'Show or hide labels'], group: 'other', icon: 'labels', run: ({ toggleLabels }) => toggleLabels() },
  { id: 'help', keys: ['?'], label: ['快捷键一览', 'Keyboard shortcuts'], group: 'other', icon: 'help', run: ({ toggleHelp }) => toggleHelp() },
];

function step(stage: Stage, by: number): void {
  void stage.goTo(stage.store.get().index + by);
}

/** What to run for a key press; digits 1 to 9 choose a window preset. Undefined: the key is not the viewer's. */
export function commandFor(event: Pick<KeyboardEvent, 'key' | 'shiftKey' | 'altKey' | 'ctrlKey' | 'metaKey'>): ((desk: Desk) => void) | undefined {
  if (event.ctrlKey || event.metaKey) return undefined;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if (!event.altKey && /^[1-9]$/.test(key)) return ({ stage }) => stage.applyPreset(Number(key) - 1);
  // Shift is part of a printed character ("?"), and a modifier of a named key.
  const name = `${event.altKey ? 'Alt+' : ''}${event.shiftKey && key.length > 1 ? 'Shift+' : ''}${key}`;
  return COMMANDS.find(({ keys }) => keys.includes(name))?.run;
}

const KEY_NAMES: Readonly<Record<string, string>> = {
  ArrowUp: '↑', ArrowDown: '↓', ArrowLeft: '←', ArrowRight: '→', PageUp: 'PgUp', PageDown: 'PgDn', Delete: 'Del', Backspace: '⌫',
};

export function keyName(key: string): string {
  return key.split(/(?<=.)\+(?=.)/).map((part) => KEY_NAMES[part] ?? (part.length === 1 ? part.toUpperCase() : part)).join(' ');
}
