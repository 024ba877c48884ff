import { App } from 'antd';
import { useEffect, useRef } from 'react';

import type { WorkitemRow } from '../api/worklist';
import { personName } from '../design/format';
import { t } from '../design/i18n';

/** Says aloud (also to a screen reader) when an emergency arrives while the list is open. */
export function useEmergencyNews(rows: readonly WorkitemRow[]): void {
  const { notification } = App.useApp();
  const seen = useRef<Set<string> | null>(null);
  useEffect(() => {
    const waiting = rows.filter((row) => row.priority === 'HIGH' && row.state === 'SCHEDULED');
    const known = seen.current;
    if (known !== null) {
      for (const row of waiting.filter(({ uid }) => !known.has(uid))) {
        const what = `${row.unit.name} · ${row.modality} · ${personName(row.patient.name)}`;
        notification.warning({ title: t('worklist.newEmergency', { what }), placement: 'bottomRight' });
      }
    }
    if (known !== null || rows.length > 0) seen.current = new Set([...(known ?? []), ...waiting.map(({ uid }) => uid)]);
  }, [rows, notification]);
}
