import { useQuery } from '@tanstack/react-query';
import { Alert, Button } from 'antd';
import { useState } from 'react';

import { admin, type Device, type Knock } from '../api/admin';
import { useRefetchInterval } from '../app/live';
import { moment } from '../design/format';
import { t } from '../design/i18n';
import { List } from '../design/List';
import type { Column } from '../design/Table';
import { useChange } from '../design/useChange';
import { Activity } from './Activity';
import { charset, DeviceDialog, type NewDevice, type Start } from './DeviceDialog';
import { neighbour } from './knocking';
import { type Units, useUnits } from './useUnits';

const columns = (units: Units, toggle: (row: Device) => void, edit: (row: Device) => void): readonly Column<Device>[] => [
  { id: 'aet', title: t('device.aet'), bare: true, cell: (row) => <b className="lz-number">{row.aet}</b> },
  { id: 'name', title: t('device.name'), cell: (row) => row.name || '–' },
  { id: 'modality', title: t('device.modality'), width: '6em', cell: (row) => row.modality || '–' },
  { id: 'unit', title: t('column.unit'), cell: (row) => units.name(row.unit_id) },
  { id: 'address', title: t('device.address'), cell: (row) => <span className="lz-number">{row.address || t('device.anyAddress')}</span> },
  { id: 'charset', title: t('device.charset'), cell: (row) => charset(row.character_set) },
  {
    id: 'state',
    title: t('column.state'),
    width: '15em',
    bare: true,
    cell: (row) => <Activity active={row.active} onEdit={() => edit(row)} onToggle={() => toggle(row)} />,
  },
];

export function DevicesPart() {
  const refetchInterval = useRefetchInterval();
  const query = useQuery({ queryKey: ['devices'], queryFn: admin.devices, refetchInterval });
  const knocks = useQuery({ queryKey: ['knocks'], queryFn: admin.knocks, refetchInterval });
  const units = useUnits();
  const change = useChange('devices', 'knocks');
  const [start, setStart] = useState<Start | null>(null);
  const [likely, setLikely] = useState<Device | undefined>();
  const begin = (next: Start | null, like?: Device): void => {
    setLikely(like);
    setStart(next);
  };
  const admit = ({ aet, address }: Knock): void => {
    const like = neighbour({ address }, query.data?.items ?? []);
    begin({ aet, address, ...(like === undefined ? {} : { unit_id: like.unit_id }) }, like);
  };
  const toggle = (row: Device): void => void change(admin.changeDevice(row.id, { active: !row.active }));
  const save = ({ aet, ...rest }: NewDevice, id: string | null): Promise<boolean> =>
    id === null
      ? change(admin.admitDevice({ aet, ...rest }), t('device.admitted', { aet }))
      : change(admin.changeDevice(id, { ...rest, address: rest.address ?? '' }));
  return (
    <>
      <Knocks knocks={knocks.data?.items ?? []} onAdmit={admit} />
      <List title="admin.devices" query={query} columns={columns(units, toggle, begin)} rowKey={(row) => row.id}>
        <Button type="primary" onClick={() => begin({})}>
          {t('device.add')}
        </Button>
      </List>
      <DeviceDialog
        start={start}
        likely={likely}
        units={units}
        onClose={() => begin(null)}
        onSave={(device, id) => void save(device, id).then((done) => done && begin(null))}
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
