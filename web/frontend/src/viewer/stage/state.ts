import type { Window } from '../grey/curve';
import type { Preset } from '../grey/presets';
import type { ViewerImage } from '../study/images';
import type { TextKey } from '../text';
import type { Quality } from '../types';
import type { ToolName } from './toolbox';
import type { Edges } from './view';

/** All that the surroundings of the picture show. Replaced, never changed. */
export interface StageState {
  readonly status: 'loading' | 'ready' | 'failed';
  /** Why it failed: `timeout`, or `HTTP 404` and the like. */
  readonly problem: string | undefined;
  readonly images: readonly ViewerImage[];
  readonly index: number;
  readonly tool: ToolName;
  readonly presets: readonly Preset[];
  /** The chosen preset; undefined after windowing by hand. */
  readonly preset: number | undefined;
  /** Undefined for colour. */
  readonly window: Window | undefined;
  readonly inverted: boolean;
  readonly percent: number;
  readonly edges: Edges | undefined;
  readonly quality: Quality;
  readonly loaded: number;
  readonly total: number | undefined;
  readonly warnings: readonly TextKey[];
}

export const START: StageState = {
  status: 'loading', problem: undefined, images: [], index: 0, tool: 'window', presets: [], preset: 0, window: undefined,
  inverted: false, percent: 100, edges: undefined, quality: 'partial', loaded: 0, total: undefined, warnings: [],
};

/** A value others can watch; shaped for React's useSyncExternalStore. */
export class Store {
  private readonly watchers = new Set<() => void>();
  private value = START;

  readonly get = (): StageState => this.value;

  readonly watch = (watcher: () => void): (() => void) => {
    this.watchers.add(watcher);
    return () => this.watchers.delete(watcher);
  };

  set(change: Partial<StageState>): void {
    this.value = { ...this.value, ...change };
    for (const watcher of this.watchers) watcher();
  }
}
