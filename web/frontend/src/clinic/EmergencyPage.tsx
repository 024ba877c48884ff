import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Form, Input } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';

import { access, type FoundPatient, type Grant, type Sought } from '../api/access';
import { moment } from '../design/format';
import { t } from '../design/i18n';
import { Loading, Nothing, problemText, Trouble } from '../design/states';
import { useNow } from '../design/useNow';

/** A patient of another unit in an emergency: found exactly, opened with a reason, for a time. */
export default function EmergencyPage() {
  const { message } = App.useApp();
  const [found, setFound] = useState<readonly FoundPatient[] | null>(null);
  const [opened, setOpened] = useState<Grant | null>(null);
  const search = (sought: Sought): void => {
    const wanted = { ...sought, birth_date: sought.birth_date || null };
    access.search(wanted).then(
      ({ items }) => {
        setFound(items);
        setOpened(null);
      },
      (reason: unknown) => void message.error(problemText(reason)),
    );
  };
  return (
    <section className="lz-page" aria-labelledby="emergency-title">
      <h1 id="emergency-title">{t('emergency.title')}</h1>
      <Alert type="warning" showIcon title={t('emergency.hint')} />
      <Form<Sought> layout="inline" className="lz-asked" onFinish={search}>
        <Form.Item name="id_card" label={t('emergency.idCard')}>
          <Input maxLength={18} autoComplete="off" />
        </Form.Item>
        <Form.Item name="name" label={t('emergency.name')}>
          <Input maxLength={64} autoComplete="off" />
        </Form.Item>
        <Form.Item name="birth_date" label={t('emergency.birthDate')}>
          <Input type="date" />
        </Form.Item>
        <Button type="primary" htmlType="submit">
          {t('emergency.search')}
        </Button>
      </Form>
      {found?.length === 0 && <Nothing title="emergency.none" />}
      {opened === null && found?.map((one) => <Found key={one.id} patient={one} onOpened={setOpened} />)}
      {opened !== null && <Records grant={opened} />}
      <Mine onShow={setOpened} />
    </section>
  );
}

function Found({ patient, onOpened }: { readonly patient: FoundPatient; readonly onOpened: (grant: Grant) => void }) {
  const { message } = App.useApp();
  const cache = useQueryClient();
  const open = ({ reason }: { readonly reason?: string }): void => {
    access.open(patient.id, reason ?? '').then(
      (grant) => {
        onOpened(grant);
        void cache.invalidateQueries({ queryKey: ['my-access'] });
      },
      (fault: unknown) => void message.error(problemText(fault)),
    );
  };
  return (
    <div>
      <p>
        <b>{patient.name}</b> {patient.birth_date ?? ''} <span className="lz-number">{patient.id_card ?? patient.patient_id}</span> ·{' '}
        {patient.unit}
      </p>
      <Form layout="inline" className="lz-asked" onFinish={open}>
        <Form.Item name="reason" label={t('emergency.reason')}>
          <Input maxLength={500} autoComplete="off" className="lz-asked-reason" />
        </Form.Item>
        <Button htmlType="submit" danger>
          {t('emergency.open')}
        </Button>
      </Form>
    </div>
  );
}

function Records({ grant }: { readonly grant: Grant }) {
  const list = useQuery({ queryKey: ['opened', grant.id], queryFn: () => access.records(grant.patient_uid) });
  return (
    <>
      <h2>
        {t('emergency.records')} · {grant.issuer}
      </h2>
      <p>{t('emergency.opened', { time: moment(grant.until) })}</p>
      {list.error !== null && <Trouble reason={list.error} onRetry={() => void list.refetch()} />}
      {list.isPending && <Loading rows={3} />}
      {list.data?.items.length === 0 && <Nothing title="emergency.noRecords" />}
      <ul>
        {list.data?.items.map((one) => (
          <li key={one.study_instance_uid}>
            <b>{one.patient}</b> {one.modality} {one.description} · {moment(one.received_at)}{' '}
            {one.report_id !== null && <Link to={`/inbox/${one.report_id}`}>{t('emergency.report')}</Link>}
          </li>
        ))}
      </ul>
    </>
  );
}

function Mine({ onShow }: { readonly onShow: (grant: Grant) => void }) {
  const now = useNow();
  const list = useQuery({ queryKey: ['my-access'], queryFn: access.mine });
  if (list.data === undefined || list.data.items.length === 0) return null;
  return (
    <>
      <h2>{t('emergency.mine')}</h2>
      <ul>
        {list.data.items.map((one) => (
          <li key={one.id}>
            {moment(one.opened_at)} · <b>{one.patient}</b> {one.issuer} · {one.reason}{' '}
            {Date.parse(one.until) > now && (
              <Button size="small" onClick={() => onShow(one)}>
                {t('emergency.show')}
              </Button>
            )}
          </li>
        ))}
      </ul>
    </>
  );
}
