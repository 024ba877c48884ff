import { useCallback, useState, useSyncExternalStore, type ReactNode } from 'react';
import { createRoot } from 'react-dom/client';
import Viewer from '../index';
import type { Stage } from '../stage/stage';
import type { KeyImage, Measurement, Quality } from '../types';
import { probe, type Probe } from './probe';
import './page.css';

declare global {
  interface Window {
    __viewer?: Probe;
  }
}

const hash = (): string => window.location.hash;

function onHash(changed: () => void): () => void {
  const listener = (): void => {
    delete window.__viewer;
    changed();
  };
  window.addEventListener('hashchange', listener);
  return () => window.removeEventListener('hashchange', listener);
}

/** `viewer-test.html#study=UID&series=UID,UID&language=en`: as the worklist does, a new hash opens the next study. */
function Page(): ReactNode {
  const now = useSyncExternalStore(onHash, hash);
  return <Desk key={now} query={new URLSearchParams(now.slice(1))} />;
}

/** The viewer beside a report, and a probe for tests. */
function Desk({ query }: { readonly query: URLSearchParams }): ReactNode {
  const [measurements, setMeasurements] = useState<readonly Measurement[]>([]);
  const [keyImage, setKeyImage] = useState<KeyImage>();
  const [quality, setQuality] = useState<Quality>('partial');
  const onStage = useCallback((stage: Stage) => {
    window.__viewer = probe(stage);
  }, []);
  const onMeasurement = useCallback((measurement: Measurement) => {
    setMeasurements((before) => [...before.filter(({ id }) => id !== measurement.id), ...(measurement.change === 'removed' ? [] : [measurement])]);
  }, []);
  return (
    <main>
      <Viewer
        studyInstanceUid={query.get('study') ?? ''}
        {...(query.has('series') && { series: query.get('series')?.split(',') ?? [] })}
        language={query.get('language') === 'en' ? 'en' : 'zh'}
        onMeasurement={onMeasurement}
        onKeyImage={setKeyImage}
        onQuality={setQuality}
        onStage={onStage}
      />
      <aside>
        <textarea aria-label="检查所见" defaultValue="" />
        <output data-quality={quality}>{quality}</output>
        <ul>{measurements.map(({ id, sentence }) => <li key={id}>{sentence}</li>)}</ul>
        {keyImage && <img alt={`${keyImage.sopInstanceUid}#${keyImage.frame}`} src={keyImage.dataUrl} />}
      </aside>
    </main>
  );
}

const root = document.getElementById('root');
if (root !== null) createRoot(root).render(<Page />);
