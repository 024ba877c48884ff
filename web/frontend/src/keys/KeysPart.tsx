import { useQuery } from '@tanstack/react-query';
import { Button, Modal, Select } from 'antd';
import { useState } from 'react';

import { keys, type Reason, REASONS, type SigningKey } from '../api/keys';
import { date, moment } from '../design/format';
import { t } from '../design/i18n';
import { List } from '../design/List';
import { Mark } from '../design/Marks';
import type { Column } from '../design/Table';
import { useChange } from '../design/useChange';
import { tone } from './tone';

const columns = (
  revoke: (row: SigningKey) => void,
  reissue: (row: SigningKey) => void,
): readonly Column<SigningKey>[] => [
  { id: 'person', title: t('person.name'), bare: true, cell: (row) => <b>{row.person}</b> },
  { id: 'unit', title: t('person.unit'), cell: (row) => row.organisation },
  { id: 'kid', title: t('keys.kid'), cell: (row) => <span className="lz-number">{row.kid}</span> },
  { id: 'issuer', title: t('keys.issuer'), cell: (row) => (row.demo ? t('keys.demo') : row.issuer || '–') },
  { id: 'custody', title: t('keys.custody'), cell: (row) => t(`keys.custody.${row.custody}`) },
  { id: 'until', title: t('keys.until'), cell: (row) => (row.not_after === null ? '–' : date(row.not_after)) },
  {
    id: 'state',
    title: t('column.state'),
    width: '22em',
    bare: true,
    cell: (row) => (
      <span className="lz-line">
        <Mark tone={tone(row.state)}>{t(`keys.state.${row.state}`)}</Mark>
        {row.state === 'active' && (
          <Button size="small" onClick={() => revoke(row)}>
            {t('keys.revoke')}
          </Button>
        )}
        {row.state === 'revoked' && row.revoked_at !== null && row.reason !== '' && (
          <>
            <span>{`${moment(row.revoked_at)} ${t(`keys.reason.${row.reason}`)}`}</span>
            <Button size="small" onClick={() => reissue(row)}>
              {t('keys.reissue')}
            </Button>
          </>
        )}
      </span>
    ),
  },
];

function RevokeDialog({ row, onGo, onClose }: {
  readonly row: SigningKey | null;
  readonly onGo: (reason: Reason) => void;
  readonly onClose: () => void;
}) {
  const [reason, setReason] = useState<Reason>('affiliationChanged');
  return (
    <Modal
      open={row !== null}
      title={t('keys.revokeTitle', { name: row?.person ?? '' })}
      onCancel={onClose}
      onOk={() => onGo(reason)}
      okText={t('keys.revoke')}
      okButtonProps={{ danger: true }}
      cancelText={t('action.cancel')}
      width={420}
      destroyOnHidden
    >
      <p className="lz-trouble">{t('keys.revokeBody')}</p>
      <Select
        value={reason}
        onChange={setReason}
        aria-label={t('keys.revoke')}
        options={REASONS.map((value) => ({ value, label: t(`keys.reason.${value}`) }))}
        className="lz-wide"
      />
    </Modal>
  );
}

/** Every doctor's certificates; the administrator ends one, and says when a new one may be made. */
export function KeysPart() {
  const query = useQuery({ queryKey: ['keys'], queryFn: keys.all });
  const change = useChange('keys');
  const [revoked, setRevoked] = useState<SigningKey | null>(null);
  const revoke = (reason: Reason): void => {
    if (revoked === null) return;
    void change(keys.revoke(revoked.kid, reason), t('keys.revoked')).then((done) => done && setRevoked(null));
  };
  const reissue = (row: SigningKey): void => void change(keys.reissue(row.person_id), t('keys.reissued'));
  return (
    <>
      <List
        title="keys.title"
        query={query}
        columns={columns(setRevoked, reissue)}
        rowKey={(row) => row.kid}
        empty="keys.none"
        emptyBody="keys.noneAdmin"
      />
      <RevokeDialog row={revoked} onGo={revoke} onClose={() => setRevoked(null)} />
    </>
  );
}
