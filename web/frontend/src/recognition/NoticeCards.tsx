import './recognition.css';

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { App, Button, Input } from 'antd';
import { useState } from 'react';
import { useNavigate } from 'react-router';

import { type Notice, recognition } from '../api/recognition';
import { useRefetchInterval } from '../app/live';
import { moment } from '../design/format';
import { t } from '../design/i18n';
import { StatusMark } from '../design/Marks';
import { problemText } from '../design/states';

/** A result that was relied on has changed: it stands above everything until somebody has acknowledged it. */
export function NoticeCards() {
  const refetchInterval = useRefetchInterval();
  const list = useQuery({ queryKey: ['recognition', 'notices'], queryFn: () => recognition.notices(true), refetchInterval });
  if (list.data === undefined || list.data.items.length === 0) return null;
  return (
    <div className="lz-notices" role="region" aria-label={t('notice.title')}>
      {list.data.items.map((notice) => (
        <NoticeCard key={notice.id} notice={notice} />
      ))}
    </div>
  );
}

function NoticeCard({ notice }: { readonly notice: Notice }) {
  const { message } = App.useApp();
  const navigate = useNavigate();
  const cache = useQueryClient();
  const [note, setNote] = useState('');
  const [busy, setBusy] = useState(false);
  const acknowledge = (): void => {
    setBusy(true);
    recognition
      .acknowledge(notice.id, note.trim())
      .then(
        () => void message.success(t('notice.done')),
        (reason: unknown) => void message.error(problemText(reason)),
      )
      .then(() => cache.invalidateQueries({ queryKey: ['recognition'] }))
      .catch(() => undefined)
      .finally(() => setBusy(false));
  };
  return (
    <article className="lz-notice" aria-label={t(notice.for === 'doctor' ? 'notice.title' : 'notice.titleUnit')}>
      <h3>
        {t(notice.for === 'doctor' ? 'notice.title' : 'notice.titleUnit')} <StatusMark status={notice.status} issued />
      </h3>
      <p>
        <b>{notice.patient}</b> {notice.item_name} · {t('notice.versions', { old: notice.relied_on, new: notice.number })}
      </p>
      {notice.why !== '' && <p>{t('notice.why', { why: notice.why })}</p>}
      <p className="lz-hint">
        {t('notice.order', { number: notice.accession_number })} · {moment(notice.made_at)}
      </p>
      <Input maxLength={500} aria-label={t('notice.note')} placeholder={t('notice.note')} value={note} onChange={(event) => setNote(event.target.value)} />
      <p className="lz-line">
        <Button type="primary" danger loading={busy} onClick={acknowledge}>
          {t('notice.acknowledge')}
        </Button>
        <Button onClick={() => void navigate(`/inbox/${notice.report_id}`)}>{t('notice.see')}</Button>
      </p>
    </article>
  );
}
