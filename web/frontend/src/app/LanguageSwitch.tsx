import { Button } from 'antd';

import { setLanguage, t, useLanguage } from '../design/i18n';

export function LanguageSwitch() {
  const language = useLanguage();
  const other = language === 'zh' ? 'en' : 'zh';
  return (
    <Button type="text" size="small" lang={other === 'zh' ? 'zh-CN' : 'en'} onClick={() => setLanguage(other)}>
      {t('user.language')}
    </Button>
  );
}
