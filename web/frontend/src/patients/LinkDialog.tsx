import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Button, Input, Modal } from 'antd';
import { useDeferredValue, useState } from 'react';

import { type HeaderRow, patients } from '../api/patients';
import { FirstInput } from '../design/First';
import { personName, sex } from '../design/format';
import { t } from '../design/i18n';
import { Trouble } from '../design/states';
import { useSending } from '../design/useSending';
import { Header } from './Header';

function Search({ taken, onPick }: { readonly taken: readonly string[]; readonly onPick: (row: HeaderRow) => void }) {
  const [typed, setTyped] = useState('');
  const q = useDeferredValue(typed.trim());
  const found = useQuery({
    queryKey: ['patients', 'link', q],
    queryFn: () => patients.list({ q, limit: 12 }),
    enabled: q !== '',
    placeholderData: keepPreviousData,
  });
  const rows = q === '' ? [] : (found.data?.items ?? []).filter(({ id }) => !taken.includes(id));
  return (
    <>
      <FirstInput allowClear aria-label={t('patients.search')} placeholder={t('patients.search')} value={typed} onChange={(event) => setTyped(event.target.value)} />
      <ul className="lz-link-found">
        {rows.map((one) => (
          <li key={one.id}>
            <button type="button" onClick={() => onPick(one)}>
              <b>{personName(one.name)}</b>
              <span>{[sex(one.sex), one.birth_date ?? ''].filter((fact) => fact !== '').join(' · ')}</span>
              <span>
                {one.issuer_name} {one.patient_id}
              </span>
              <span className="lz-number">{one.id_card}</span>
            </button>
          </li>
        ))}
      </ul>
      {q !== '' && found.data !== undefined && rows.length === 0 && <p className="lz-hint">{t('patients.empty')}</p>}
    </>
  );
}

/** Two registrations side by side with their issuers, what differs marked, and a word on how it was checked. */
export function LinkDialog({ row, taken, open, onDone, onClose }: {
  readonly row: HeaderRow;
  /** The registrations that are this person already. */
  readonly taken: readonly string[];
  readonly open: boolean;
  readonly onDone: () => void;
  readonly onClose: () => void;
}) {
  const [other, setOther] = useState<HeaderRow | null>(null);
  const [note, setNote] = useState('');
  const { busy, trouble, send, setTrouble } = useSending();
  const go = (): void => {
    if (other !== null && note.trim() !== '' && !busy) send(patients.link(row.id, other.id, note.trim()), onDone);
  };
  const reset = (): void => {
    setOther(null);
    setNote('');
    setTrouble(null);
  };
  return (
    <Modal
      open={open}
      title={other === null ? t('patients.linkPick') : t('patients.linkTitle')}
      okText={t('patients.linkDo')}
      cancelText={t('action.cancel')}
      onOk={go}
      onCancel={onClose}
      okButtonProps={{ disabled: other === null || note.trim() === '', loading: busy }}
      afterClose={reset}
      destroyOnHidden
      width={760}
    >
      {other === null ? (
        <Search taken={taken} onPick={setOther} />
      ) : (
        <>
          <p className="lz-hint">{t('patients.linkWarning')}</p>
          <div className="lz-headers lz-headers-two">
            <Header row={row} beside={other} />
            <Header row={other} beside={row} />
          </div>
          <div className="lz-line lz-link-note">
            <Input.TextArea
              rows={2}
              maxLength={200}
              aria-label={t('patients.linkNote')}
              placeholder={t('patients.linkNote')}
              value={note}
              onChange={(event) => setNote(event.target.value)}
            />
            <Button type="text" onClick={() => setOther(null)}>
              {t('action.back')}
            </Button>
          </div>
        </>
      )}
      {trouble !== null && <Trouble reason={trouble} />}
    </Modal>
  );
}
