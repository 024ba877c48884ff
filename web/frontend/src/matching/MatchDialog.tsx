import { useQuery } from '@tanstack/react-query';
import { Input, Modal } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';

import { type Choices, matching, type MatchRow, type OrderChoice, thumbnail } from '../api/matching';
import { moment, personName } from '../design/format';
import { t } from '../design/i18n';
import { Mark, PriorityMark } from '../design/Marks';
import { Loading, Trouble } from '../design/states';
import { useSending } from '../design/useSending';
import { Compare } from './Compare';
import { Met } from './Met';

function Candidates({ choices, picked, onPick }: {
  readonly choices: Choices;
  readonly picked: OrderChoice | null;
  readonly onPick: (one: OrderChoice) => void;
}) {
  if (choices.items.length === 0) {
    return (
      <p className="lz-hint">
        {t('matching.noCandidates')} <Link to="/orders">{t('matching.toOrders')}</Link>
      </p>
    );
  }
  return (
    <ul className="lz-candidates" aria-label={t('matching.candidates')}>
      {choices.items.map((one) => (
        <li key={one.id}>
          <button type="button" aria-pressed={picked?.id === one.id} onClick={() => onPick(one)}>
            <span>
              <b>{personName(one.patient.name)}</b> <PriorityMark priority={one.priority} />{' '}
              {one.named && <Mark tone="busy">{t('matching.named')}</Mark>}
            </span>
            <span>
              {one.item_name} · {moment(one.requested_at)}
            </span>
            <span className="lz-number">{one.accession_number}</span>
            {!isOpen(one) && <Mark tone="warn">{t(`orders.status.${one.status}`)}</Mark>}
          </button>
        </li>
      ))}
    </ul>
  );
}

function Film({ choices }: { readonly choices: Choices }) {
  const { study } = choices;
  return (
    <div className="lz-match-film">
      <img src={thumbnail(study.study_instance_uid)} alt={t('matching.thumbnail')} width={112} height={112} />
      <div>
        <b>{personName(study.patient.name)}</b> <Met match={study.match} />
        <p className="lz-hint">
          {study.modality} {study.description} · {choices.unit_name} · {moment(study.received_at)}
        </p>
        {study.match?.doubt != null && (
          <p>{t(`matching.doubt.${study.match.doubt}.long`, { name: study.match.decided_name, time: moment(study.match.decided_at) })}</p>
        )}
      </div>
    </div>
  );
}

const isOpen = (order: OrderChoice): boolean => order.status === 'requested';

/** Both headers, and what stands against the order: it is closed, or its patient is another one by the header. */
function Picked({ choices, order, reason, onReason }: {
  readonly choices: Choices;
  readonly order: OrderChoice | null;
  readonly reason: string;
  readonly onReason: (reason: string) => void;
}) {
  if (order === null) return choices.items.length > 0 && <p className="lz-hint">{t('matching.pick')}</p>;
  return (
    <>
      <Compare choices={choices} order={order} />
      {!isOpen(order) && <p className="lz-warn-line">{t('matching.closed', { status: t(`orders.status.${order.status}`) })}</p>}
      {isOpen(order) && !order.same_patient && (
        <>
          <p className="lz-warn-line">{t('matching.otherPatient')}</p>
          <Input.TextArea
            rows={2}
            maxLength={200}
            aria-label={t('matching.reason')}
            placeholder={t('matching.reason')}
            value={reason}
            onChange={(event) => onReason(event.target.value)}
          />
        </>
      )}
    </>
  );
}

/** Which order a study answers: a person compares both headers and says so. Another patient's order needs a word on why. */
export function MatchDialog({ row, onDone, onClose }: {
  readonly row: MatchRow | null;
  readonly onDone: () => void;
  readonly onClose: () => void;
}) {
  const uid = row?.study_instance_uid ?? '';
  const [picked, setPicked] = useState<OrderChoice | null>(null);
  const [reason, setReason] = useState('');
  const { busy, trouble, send, setTrouble } = useSending();
  const found = useQuery({ queryKey: ['choices', uid], queryFn: () => matching.choices(uid), enabled: uid !== '', gcTime: 0 });
  const ready = picked !== null && isOpen(picked) && (picked.same_patient || reason.trim() !== '');
  const go = (): void => {
    if (picked !== null && ready && !busy) send(matching.link(uid, picked.id, reason.trim()), onDone);
  };
  const reset = (): void => {
    setPicked(null);
    setReason('');
    setTrouble(null);
  };
  return (
    <Modal
      open={row !== null}
      title={t('matching.dialog')}
      okText={t('matching.go')}
      cancelText={t('action.cancel')}
      onOk={go}
      onCancel={onClose}
      okButtonProps={{ disabled: !ready, loading: busy }}
      afterClose={reset}
      destroyOnHidden
      width={940}
    >
      {found.isPending && <Loading rows={6} />}
      {found.error !== null && <Trouble reason={found.error} onRetry={() => void found.refetch()} />}
      {found.data !== undefined && (
        <>
          <Film choices={found.data} />
          <div className="lz-match-two">
            <Candidates choices={found.data} picked={picked} onPick={setPicked} />
            <div>
              <Picked choices={found.data} order={picked} reason={reason} onReason={setReason} />
            </div>
          </div>
        </>
      )}
      {trouble !== null && <Trouble reason={trouble} />}
    </Modal>
  );
}
