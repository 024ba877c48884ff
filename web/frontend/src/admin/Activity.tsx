import { Button } from 'antd';
import type { ReactNode } from 'react';

import { t } from '../design/i18n';
import { Mark } from '../design/Marks';

/** Whether something is in use, with the buttons that change it; nothing is ever deleted. */
export function Activity({ active, onEdit, onToggle, children }: {
  readonly active: boolean;
  readonly onEdit: () => void;
  readonly onToggle: () => void;
  readonly children?: ReactNode;
}) {
  return (
    <span className="lz-line">
      <Mark tone={active ? 'good' : 'plain'}>{t(active ? 'admin.active' : 'admin.inactive')}</Mark>
      <Button size="small" onClick={onEdit}>
        {t('action.edit')}
      </Button>
      <Button size="small" onClick={onToggle}>
        {t(active ? 'admin.deactivate' : 'admin.activate')}
      </Button>
      {children}
    </span>
  );
}
