import { useQuery } from '@tanstack/react-query';

import { session } from '../api/session';
import { t, useLanguage } from '../design/i18n';

/** Said on every page: this is not a certified device, and whether what is shown is a demonstration. */
export function Foot() {
  const language = useLanguage();
  const settings = useQuery({ queryKey: ['settings'], queryFn: session.settings, staleTime: Infinity });
  const told = settings.data?.not_certified;
  const notice = typeof told === 'object' ? told[language] : told;
  return (
    <footer className="lz-foot">
      {settings.data?.demo === true && (
        <span className="lz-foot-demo">
          <b>{t('foot.demo')}</b> {t('foot.demoLong')}
        </span>
      )}
      <span>{notice ?? t('foot.notDevice')}</span>
      {settings.data !== undefined && <span className="lz-foot-version">{settings.data.version}</span>}
    </footer>
  );
}
