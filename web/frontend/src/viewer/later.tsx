import { t } from '../design/i18n';
import { later } from '../design/later';

function Waiting() {
  return <p className="lz-images-wait">{t('read.imagesLoading')}…</p>;
}

/** The viewer, whose code is large and comes by itself. */
export const Viewer = later(() => import('.'), Waiting);
