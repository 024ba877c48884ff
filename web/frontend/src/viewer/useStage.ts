import { useEffect, useLayoutEffect, useRef, useState, useSyncExternalStore, type RefObject } from 'react';
import { Stage } from './stage/stage';
import { START, type StageState } from './stage/state';
import type { Language, ViewerProps } from './types';

type Told = Pick<ViewerProps, 'onMeasurement' | 'onQuality'>;

/** A stage on an element for as long as it is mounted and the study stays; measurements go with it. What it tells always goes to the newest callbacks. */
export function useStage(element: RefObject<HTMLDivElement | null>, study: string, language: Language, told: Told): Stage | undefined {
  const newest = useRef(told);
  useLayoutEffect(() => {
    newest.current = told;
  });
  const [stage, setStage] = useState<Stage>();
  useEffect(() => {
    if (element.current === null || study === '') return undefined;
    const created = new Stage(element.current, {
      language,
      onMeasurement: (measurement) => newest.current.onMeasurement?.(measurement),
      onQuality: (quality) => newest.current.onQuality?.(quality),
    });
    const watch = new ResizeObserver(() => created.resize());
    watch.observe(element.current);
    setStage(created);
    return () => {
      watch.disconnect();
      created.dispose();
      setStage(undefined);
    };
  }, [element, study, language]);
  return stage;
}

const nothing = (): (() => void) => () => undefined;
const start = (): StageState => START;

export function useStageState(stage: Stage | undefined): StageState {
  return useSyncExternalStore(stage?.store.watch ?? nothing, stage?.store.get ?? start);
}
