import { useEffect, useLayoutEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import type { Stage } from './stage/stage';
import type { StageState } from './stage/state';
import { say } from './text';
import type { KeyImage, Language, ViewerProps } from './types';
import type { Desk } from './ui/commands';
import { Help } from './ui/Help';
import { Overlay } from './ui/Overlay';
import { SeriesList } from './ui/SeriesList';
import { Empty, Failed, Loading, Progress } from './ui/Status';
import { Toolbar } from './ui/Toolbar';
import { usePointer } from './usePointer';
import { useSeries, type SeriesAnswer } from './useSeries';
import { useShortcuts } from './useShortcuts';
import { useStage, useStageState } from './useStage';
import './viewer.css';

/** `onStage` hands out the picture itself, for tests. */
export default function Viewer({ onStage, ...props }: ViewerProps & { readonly onStage?: (stage: Stage) => void }): ReactNode {
  const { studyInstanceUid, series, dicomweb = '/dicom-web', language = 'zh' } = props;
  const element = useRef<HTMLDivElement>(null);
  const stage = useStage(element, studyInstanceUid, language, props);
  const state = useStageState(stage);
  const answer = useSeries({ dicomweb, studyInstanceUid, series });
  const [help, setHelp] = useState(false);
  const [labels, setLabels] = useState(true);
  const key = useKeyImage(stage, studyInstanceUid, props.onKeyImage);

  const { list, current, choose } = answer;
  const images = list?.[current]?.images;
  useEffect(() => {
    if (stage && images) void stage.open(images);
  }, [stage, images]);
  useEffect(() => {
    if (stage) onStage?.(stage);
  }, [stage, onStage]);

  const { take } = key;
  const desk = useMemo<Desk | undefined>(
    () =>
      stage && {
        stage,
        moveSeries: (step) => choose((before) => before + step),
        takeKeyImage: take,
        toggleHelp: () => setHelp((before) => !before),
        toggleLabels: () => setLabels((before) => !before),
      },
    [stage, choose, take],
  );
  useShortcuts(images ? desk : undefined);
  usePointer(element, stage);

  return (
    <section className="lz-viewer" lang={language === 'zh' ? 'zh-CN' : 'en'}>
      {desk && <Toolbar desk={desk} state={state} language={language} />}
      <div className="lz-viewer-body">
        <SeriesList series={list ?? []} current={current} language={language} onChoose={(index) => choose(() => index)} />
        <div className="lz-viewer-picture">
          <div ref={element} className="lz-viewer-stage" data-status={state.status} data-quality={state.quality} />
          <Condition answer={answer} state={state} stage={stage} language={language} labels={labels} />
          <Toast shown={key.saved} text={say('keySaved', language)} />
          <Help open={help} language={language} onClose={() => setHelp(false)} />
        </div>
      </div>
    </section>
  );
}

/** What stands in place of the picture, or above it while it arrives. */
function Condition({ answer, state, stage, language, labels }: {
  readonly answer: SeriesAnswer;
  readonly state: StageState;
  readonly stage: Stage | undefined;
  readonly language: Language;
  readonly labels: boolean;
}): ReactNode {
  const { list, problem, again } = answer;
  if (problem !== undefined) return <Failed language={language} problem={problem} onRetry={again} />;
  if (list === undefined) return <Loading language={language} list />;
  if (list.length === 0) return <Empty language={language} onRetry={again} />;
  if (state.status === 'failed') {
    return <Failed language={language} problem={state.problem ?? ''} onRetry={() => void stage?.retry()} />;
  }
  if (state.status === 'loading') return <Loading language={language} loaded={state.loaded} total={state.total} />;
  const arriving = state.quality === 'partial' && state.total !== undefined;
  return (
    <>
      <Overlay state={state} language={language} labels={labels} />
      {arriving && <Progress language={language} loaded={state.loaded} total={state.total ?? 1} />}
    </>
  );
}

function Toast({ shown, text }: { readonly shown: boolean; readonly text: string }): ReactNode {
  return shown ? <div className="lz-viewer-toast" role="status">{text}</div> : null;
}

const TOAST_MS = 1800;

/** Taking a key image, and saying for a moment that it was taken. */
function useKeyImage(stage: Stage | undefined, study: string, onKeyImage: ((image: KeyImage) => void) | undefined): { saved: boolean; take: () => void } {
  const [saved, setSaved] = useState(0);
  const newest = useRef(onKeyImage);
  useLayoutEffect(() => {
    newest.current = onKeyImage;
  });
  useEffect(() => {
    if (saved === 0) return undefined;
    const timer = window.setTimeout(() => setSaved(0), TOAST_MS);
    return () => clearTimeout(timer);
  }, [saved]);
  const take = useMemo(
    () => () => {
      void stage?.capture(study).then((image) => {
        if (image === undefined) return;
        newest.current?.(image);
        setSaved((before) => before + 1);
      });
    },
    [stage, study],
  );
  return { saved: saved > 0, take };
}
