import { Button } from 'antd';
import { lazy, memo, Suspense } from 'react';

import { getLanguage, t } from '../design/i18n';
import { Boundary, Nothing } from '../design/states';
import type { KeyImage, Measurement, Quality } from '../viewer/types';

const Viewer = lazy(() => import('../viewer'));

interface ImagesProps {
  readonly studyInstanceUid: string;
  readonly onMeasurement: (measurement: Measurement) => void;
  readonly onKeyImage: (image: KeyImage) => void;
  readonly onQuality: (quality: Quality) => void;
}

/** The film. Its code is large and loads by itself; writing goes on when it cannot be shown. */
export const Images = memo(function Images(props: ImagesProps) {
  return (
    <section className="lz-images" aria-label={t('read.images')} tabIndex={-1} id="images">
      <Boundary
        fallback={
          <Nothing title="read.imagesFailed">
            <Button onClick={() => globalThis.location.reload()}>{t('action.refresh')}</Button>
          </Nothing>
        }
      >
        <Suspense fallback={<p className="lz-images-wait">{t('read.imagesLoading')}…</p>}>
          <Viewer language={getLanguage()} {...props} />
        </Suspense>
      </Boundary>
    </section>
  );
});
