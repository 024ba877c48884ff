import { Button, Progress } from 'antd';
import { type DragEvent, useEffect, useState, useSyncExternalStore } from 'react';
import { Link } from 'react-router';

import { FileButton } from '../design/FileButton';
import { t } from '../design/i18n';
import { chosen, dropped } from './dropped';
import { uploads } from './queue';
import { UploadList } from './UploadList';

/** The technician's upload: drop anything, see each file arrive. */
export default function UploadPage() {
  const items = useSyncExternalStore(uploads.subscribe, uploads.snapshot);
  useLeaveWarning();
  const done = items.filter(({ stage }) => stage === 'done').length;
  const failed = items.filter(({ stage }) => stage === 'failed' || stage === 'cancelled').length;
  return (
    <section className="lz-page lz-page-narrow">
      <h1>{t('upload.title')}</h1>
      <DropZone />
      {items.length > 0 && (
        <>
          <div className="lz-bar">
            <span role="status" className="lz-number">
              {t('upload.progress', { done, total: items.length })}
            </span>
            <Progress
              className="lz-bar-progress"
              percent={Math.round((items.reduce((sum, item) => sum + item.progress, 0) / items.length) * 100)}
              status={failed > 0 ? 'exception' : done === items.length ? 'success' : 'active'}
              aria-label={t('upload.title')}
            />
            {uploads.busy && <Button onClick={() => uploads.cancel()}>{t('upload.cancel')}</Button>}
            {failed > 0 && (
              <Button type="primary" onClick={() => uploads.retry()}>
                {t('upload.retryFailed', { n: failed })}
              </Button>
            )}
            {done > 0 && <Button onClick={() => uploads.clearFinished()}>{t('upload.clear')}</Button>}
            <Link to="/studies">{t('upload.seeStatus')}</Link>
          </div>
          <UploadList items={items} />
        </>
      )}
    </section>
  );
}

function DropZone() {
  const [over, setOver] = useState(false);
  const drop = (event: DragEvent): void => {
    event.preventDefault();
    setOver(false);
    void dropped(event.dataTransfer).then((found) => uploads.add(found));
  };
  return (
    <div
      className={over ? 'lz-drop lz-drop-over' : 'lz-drop'}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <svg width="44" height="44" viewBox="0 0 24 24" aria-hidden="true">
        <path d="M12 16V5m0 0L7.5 9.5M12 5l4.5 4.5M4 16v3h16v-3" fill="none" stroke="currentColor" strokeWidth="1.6" strokeLinecap="round" />
      </svg>
      <p className="lz-drop-title">{t(over ? 'upload.dropNow' : 'upload.drop')}</p>
      <p className="lz-hint">{t('upload.or')}</p>
      <p className="lz-drop-buttons">
        <FileButton type="primary" size="large" label={t('upload.files')} multiple onFiles={(files) => uploads.add(chosen(files))} />
        <FileButton size="large" label={t('upload.folder')} folder onFiles={(files) => uploads.add(chosen(files))} />
      </p>
    </div>
  );
}

/** The browser asks before the tab is closed while files are on their way. */
function useLeaveWarning(): void {
  useEffect(() => {
    const ask = (event: BeforeUnloadEvent): void => {
      if (uploads.busy) event.preventDefault();
    };
    globalThis.addEventListener('beforeunload', ask);
    return () => globalThis.removeEventListener('beforeunload', ask);
  }, []);
}
