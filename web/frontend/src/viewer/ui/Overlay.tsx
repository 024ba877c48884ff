import type { ReactNode } from 'react';
import { text } from '../dicom/json';
import { TAG } from '../dicom/tags';
import type { StageState } from '../stage/state';
import { labelsOf } from '../study/images';
import { say } from '../text';
import type { Language } from '../types';

/** The words in the corners and the letters at the edges of the picture. */
export function Overlay({ state, language, labels }: { readonly state: StageState; readonly language: Language; readonly labels: boolean }): ReactNode {
  const image = state.images[state.index];
  if (image === undefined) return null;
  const { patient, study } = labelsOf(image.instance, language);
  const lossy = text(image.instance, TAG.LossyImageCompression) === '01';
  return (
    <div className="lz-viewer-overlay">
      {state.edges && (Object.entries(state.edges) as [string, string][]).map(([side, letters]) => (
        <span key={side} className={`lz-viewer-edge lz-viewer-edge-${side}`}>{letters}</span>
      ))}
      {labels && <Corner place="top-left" lines={patient} />}
      {labels && <Corner place="top-right" lines={study} />}
      {labels && <Corner place="bottom-left" lines={numbersOf(state, language)} />}
      <div className="lz-viewer-corner lz-viewer-bottom-right">
        {lossy && <span className="lz-viewer-badge lz-viewer-warn">{say('lossy', language)}</span>}
        {state.status !== 'failed' && (
          <span className={`lz-viewer-badge ${state.quality === 'lossless' ? 'lz-viewer-good' : 'lz-viewer-warn'}`} role="status">
            {say(state.quality, language)}
          </span>
        )}
      </div>
      {state.warnings.length > 0 && (
        <div className="lz-viewer-warnings" role="status">
          {state.warnings.map((key) => <p key={key}>{say(key, language)}</p>)}
        </div>
      )}
    </div>
  );
}

function Corner({ place, lines }: { readonly place: string; readonly lines: readonly string[] }): ReactNode {
  return (
    <div className={`lz-viewer-corner lz-viewer-${place}`}>
      {lines.map((line, index) => <p key={`${index} ${line}`}>{line}</p>)}
    </div>
  );
}

function numbersOf(state: StageState, language: Language): string[] {
  const { window, images, index, percent, inverted } = state;
  const lines = images.length > 1 ? [`${say('image', language)} ${index + 1} / ${images.length}`] : [];
  lines.push(`${say('zoom', language)} ${percent}%${inverted ? `  ${say('inverted', language)}` : ''}`);
  if (window) lines.push(`WL ${figure(window.center, window.width)}  WW ${figure(window.width, window.width)}`);
  return lines;
}

function figure(value: number, width: number): string {
  return value.toFixed(width < 10 ? 2 : 0);
}
