import { Button } from 'antd';
import { memo } from 'react';

import { getLanguage, t } from '../design/i18n';
import { Boundary, Nothing } from '../design/states';
import { Viewer } from '../viewer/later';
import type { KeyImage, Measurement, Quality } from '../viewer/types';

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
        <Viewer language={getLanguage()} {...props} />
      </Boundary>
    </section>
  );
});
