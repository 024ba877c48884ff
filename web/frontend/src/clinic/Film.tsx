import './clinic.css';

import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState } from 'react';

import { previews } from '../api/previews';
import { toApiError } from '../api/problem';
import { t } from '../design/i18n';
import { Loading, Trouble } from '../design/states';
import { Images } from '../report/Images';

const nothing = (): void => undefined;

/** The film beside its report: light pictures to swipe through first, the originals when somebody asks for them. */
export function Film({ studyInstanceUid, mark = null }: {
  readonly studyInstanceUid: string;
  /** The mark of recognition that the image bears. */
  readonly mark?: string | null;
}) {
  const [whole, setWhole] = useState(false);
  const list = useQuery({ queryKey: ['previews', studyInstanceUid], queryFn: () => previews(studyInstanceUid), staleTime: 60_000 });
  if (list.isPending) return <Loading rows={4} />;
  if (list.error !== null) {
    return toApiError(list.error).status === 404 ? null : <Trouble reason={list.error} onRetry={() => void list.refetch()} />;
  }
  const pictures = list.data;
  if (pictures.length === 0) return null;
  return (
    <section className="lz-film" aria-label={t('film.title')}>
      {whole ? (
        <div className="lz-film-whole">
          <Images studyInstanceUid={studyInstanceUid} onMeasurement={nothing} onKeyImage={nothing} onQuality={nothing} />
        </div>
      ) : (
        <Strip pictures={pictures.map(({ address }) => address)} onOpen={() => setWhole(true)} />
      )}
      {mark !== null && <span className={whole ? 'lz-hr lz-film-mark-foot' : 'lz-hr lz-film-mark'}>{mark}</span>}
      <footer className="lz-film-foot">
        <span>{whole ? t('film.whole') : pictures.length > 1 ? t('film.swipe', { n: pictures.length }) : t('film.preview')}</span>
        <Button size="small" ghost onClick={() => setWhole(!whole)}>
          {t(whole ? 'film.close' : 'film.open')}
        </Button>
      </footer>
    </section>
  );
}

/** Pictures side by side, one in view; a finger or the arrow keys go on to the next. */
function Strip({ pictures, onOpen }: { readonly pictures: readonly string[]; readonly onOpen: () => void }) {
  return (
    <ul className="lz-film-strip">
      {pictures.map((address, place) => (
        <li key={address}>
          <button type="button" aria-label={t('film.openNumber', { n: place + 1 })} onClick={onOpen}>
            <span>{t('read.imagesLoading')}…</span>
            <img src={address} alt={t('film.number', { n: place + 1, all: pictures.length })} loading={place === 0 ? 'eager' : 'lazy'} />
          </button>
        </li>
      ))}
    </ul>
  );
}
