import { useCallback, useState, type ReactNode } from 'react';
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

/** `viewer-test.html?study=UID&series=UID,UID&language=en`: the viewer beside a report, and a probe for tests. */
function Page(): ReactNode {
  const query = new URLSearchParams(window.location.search);
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
