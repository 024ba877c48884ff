import { Button, Result } from 'antd';
import { useEffect, useRef } from 'react';

import { type MessageKey, t } from '../design/i18n';
import { useKeys } from '../design/useKeys';
import { pdfAddress } from '../api/studies';
import type { ReportRef } from '../api/worklist';

export interface Finished {
  readonly title: MessageKey;
  readonly report: ReportRef | null;
}

/** After the work: the next examination is one key away. */
export function Done({ finished, busy, onNext, onList }: {
  readonly finished: Finished;
  readonly busy: boolean;
  readonly onNext: () => void;
  readonly onList: () => void;
}) {
  const next = useRef<HTMLButtonElement>(null);
  useEffect(() => next.current?.focus(), []);
  useKeys({ next: onNext, list: onList });
  const { report } = finished;
  return (
    <Result
      className="lz-done"
      status="success"
      title={t(finished.title)}
      extra={[
        <Button key="next" ref={next} type="primary" size="large" loading={busy} onClick={onNext}>
          {t('done.next')} <kbd>Enter</kbd>
        </Button>,
        finished.title !== 'done.submitted' && report !== null ? (
          <Button key="pdf" size="large" href={pdfAddress(report.report_id, report.number)} target="_blank">
            {t('done.pdf')}
          </Button>
        ) : null,
        <Button key="list" size="large" onClick={onList}>
          {t('done.list')}
        </Button>,
      ]}
    />
  );
}
