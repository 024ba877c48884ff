import type { ReactNode } from 'react';
import { say } from '../text';
import type { Language } from '../types';

/** Bytes in words: 1.2 MB. */
function bytes(count: number): string {
  return count < 1e6 ? `${Math.round(count / 1e3)} KB` : `${(count / 1e6).toFixed(1)} MB`;
}

export function Loading({ language, list, loaded, total }: { readonly language: Language; readonly list?: boolean; readonly loaded?: number; readonly total?: number | undefined }): ReactNode {
  return (
    <div className="lz-viewer-status" role="status">
      <span className="lz-viewer-spinner" aria-hidden="true" />
      <p>{say(list ? 'loadingList' : 'loading', language)}</p>
      {loaded ? <p className="lz-viewer-dim">{total ? `${bytes(loaded)} / ${bytes(total)}` : bytes(loaded)}</p> : null}
    </div>
  );
}

/** A thin line over the picture while the rest of it arrives. */
export function Progress({ language, loaded, total }: { readonly language: Language; readonly loaded: number; readonly total: number }): ReactNode {
  return (
    <div className="lz-viewer-progress">
      <progress aria-label={say('loading', language)} value={loaded} max={total} />
      <span>{`${bytes(loaded)} / ${bytes(total)}`}</span>
    </div>
  );
}

export function Empty({ language, onRetry }: { readonly language: Language; readonly onRetry: () => void }): ReactNode {
  return (
    <div className="lz-viewer-status" role="status">
      <p>{say('empty', language)}</p>
      <p className="lz-viewer-dim">{say('emptyNext', language)}</p>
      <button type="button" className="lz-viewer-retry" onClick={onRetry}>{say('retry', language)}</button>
    </div>
  );
}

export function Failed({ language, problem, onRetry }: { readonly language: Language; readonly problem: string; readonly onRetry: () => void }): ReactNode {
  return (
    <div className="lz-viewer-status" role="alert">
      <p>{say('failed', language)}</p>
      <p className="lz-viewer-dim">{reason(problem, language)}</p>
      <button type="button" className="lz-viewer-retry" onClick={onRetry}>{say('retry', language)}</button>
    </div>
  );
}

const REASONS: Readonly<Record<string, readonly [zh: string, en: string]>> = {
  'HTTP 401': ['登录已过期，请重新登录后重试（401）', 'Your session has expired: sign in again, then try again (401)'],
  'HTTP 403': ['没有查看该检查的权限（403）', 'You may not see this study (403)'],
  'HTTP 404': ['服务器上没有该影像（404）', 'The server does not have this image (404)'],
  'Failed to fetch': ['无法连接服务器，请检查网络', 'The server cannot be reached; check the network'],
};

function reason(problem: string, language: Language): string {
  if (problem === 'timeout') return say('timeout', language);
  return REASONS[problem]?.[language === 'zh' ? 0 : 1] ?? problem;
}
