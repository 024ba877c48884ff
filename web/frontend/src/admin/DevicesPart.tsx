import { useQuery } from '@tanstack/react-query';
import { Alert, Button, Form, Input, Modal, Select } from 'antd';
import { useState } from 'react';

import { admin, type Device, type Knock } from '../api/admin';
import { useRefetchInterval } from '../app/live';
import { FirstInput } from '../design/First';
import { moment } from '../design/format';
import { t } from '../design/i18n';
import { Mark } from '../design/Marks';
import type { Column } from '../design/Table';
import { List } from './List';
import { type Units, useChange, useUnits } from './useAdmin';

type NewDevice = Omit<Device, 'id' | 'active'>;

const MODALITIES = ['DX', 'CR', 'CT', 'MR', 'US', 'MG', 'RF', 'XA', 'ECG', 'OT'];

const columns = (units: Units, toggle: (row: Device) => void): readonly Column<Device>[] => [
  { id: 'aet', title: t('device.aet'), bare: true, cell: (row) => <b className="lz-number">{row.aet}</b> },
  { id: 'name', title: t('device.name'), cell: (row) => row.name || '–' },
  { id: 'modality', title: t('device.modality'), width: '6em', cell: (row) => row.modality || '–' },
  { id: 'unit', title: t('column.unit'), cell: (row) => units.name(row.unit_id) },
  { id: 'address', title: t('device.address'), cell: (row) => <span className="lz-number">{row.address ?? t('device.anyAddress')}</span> },
  {
    id: 'state',
    title: t('column.state'),
    width: '11em',
    bare: true,
    cell: (row) => (
      <span className="lz-line">
        <Mark tone={row.active ? 'good' : 'plain'}>{t(row.active ? 'admin.active' : 'admin.inactive')}</Mark>
        <Button size="small" onClick={() => toggle(row)}>
          {t(row.active ? 'admin.deactivate' : 'admin.activate')}
        </Button>
      </span>
    ),
  },
];

export function DevicesPart() {
  const refetchInterval = useRefetchInterval();
  const query = useQuery({ queryKey: ['devices'], queryFn: admin.devices, refetchInterval });
  const knocks = useQuery({ queryKey: ['knocks'], queryFn: admin.knocks, refetchInterval });
  const units = useUnits();
  const change = useChange('devices', 'knocks');
  const [admitting, setAdmitting] = useState<Partial<NewDevice> | null>(null);
  const toggle = (row: Device): void => void change(admin.changeDevice(row.id, { active: !row.active }));
  return (
    <>
      <Knocks knocks={knocks.data?.items ?? []} onAdmit={({ aet, address }) => setAdmitting({ aet, address })} />
      <List title="admin.devices" query={query} columns={columns(units, toggle)} rowKey={(row) => row.id}>
        <Button type="primary" onClick={() => setAdmitting({})}>
          {t('device.add')}
        </Button>
      </List>
      <AdmitDialog
        start={admitting}
        units={units}
        onClose={() => setAdmitting(null)}
        onAdmit={(device) => {
          const said = t('device.admitted', { aet: device.aet });
          void change(admin.admitDevice(device), said).then((done) => done && setAdmitting(null));
        }}
      />
    </>
  );
}

function Knocks({ knocks, onAdmit }: { readonly knocks: readonly Knock[]; readonly onAdmit: (knock: Knock) => void }) {
  if (knocks.length === 0) return null;
  return (
    <Alert
      className="lz-trouble"
      type="warning"
      showIcon
      title={t('device.knocks')}
      description={
        <>
          <p>{t('device.knocksBody')}</p>
          <ul className="lz-knocks">
            {knocks.map((knock) => (
              <li key={`${knock.aet}@${knock.address}`}>
                <b className="lz-number">{knock.aet}</b> <span className="lz-number">{knock.address}</span>{' '}
                <small>{t('device.seen', { n: knock.times, time: moment(knock.last_at) })}</small>
                <Button size="small" onClick={() => onAdmit(knock)}>
                  {t('device.admit')}
                </Button>
              </li>
            ))}
          </ul>
        </>
      }
    />
  );
}

function AdmitDialog({ start, units, onAdmit, onClose }: {
  readonly start: Partial<NewDevice> | null;
  readonly units: Units;
  readonly onAdmit: (device: NewDevice) => void;
  readonly onClose: () => void;
}) {
  const submit = ({ aet, unit_id, name, modality, address }: Partial<NewDevice>): void =>
    onAdmit({
      aet: aet?.trim() ?? '',
      unit_id: unit_id ?? '',
      name: name ?? '',
      modality: modality ?? '',
      address: address?.trim() === '' ? null : (address?.trim() ?? null),
    });
  return (
    <Modal open={start !== null} onCancel={onClose} title={t('device.admitTitle')} footer={null} destroyOnHidden>
      <Form<Partial<NewDevice>> layout="vertical" initialValues={start ?? {}} onFinish={submit} requiredMark={false}>
        <Form.Item name="aet" label={t('device.aet')} rules={[{ required: true, pattern: /^[\x21-\x5B\x5D-\x7E ]{1,16}$/u, message: t('device.aetRule') }]}>
          <FirstInput maxLength={16} />
        </Form.Item>
        <Form.Item name="unit_id" label={t('column.unit')} rules={[{ required: true, message: t('orders.needed', { field: t('column.unit') }) }]}>
          <Select options={units.all.map(({ id, name }) => ({ value: id, label: name }))} />
        </Form.Item>
        <Form.Item name="name" label={t('device.name')}>
          <Input maxLength={64} />
        </Form.Item>
        <div className="lz-form-pair">
          <Form.Item name="modality" label={t('device.modality')}>
            <Select allowClear options={MODALITIES.map((value) => ({ value, label: value }))} />
          </Form.Item>
          <Form.Item name="address" label={t('device.address')} extra={t('device.addressHint')}>
            <Input maxLength={64} />
          </Form.Item>
        </div>
        <Button type="primary" htmlType="submit">
          {t('device.admit')}
        </Button>
      </Form>
    </Modal>
  );
}
