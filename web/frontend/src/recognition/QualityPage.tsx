import { useQuery, useQueryClient } from '@tanstack/react-query';
import { App, Button } from 'antd';
import { useState } from 'react';

import { type Quality, quality, type QualityDevice } from '../api/ledger';
import { useRefetchInterval } from '../app/live';
import { t } from '../design/i18n';
import { Mark } from '../design/Marks';
import { Loading, Nothing, Trouble } from '../design/states';
import { type Column, Table } from '../design/Table';
import { EndQuality, EnterQuality } from './QualityDialogs';

const deviceColumns = (enter: (device: QualityDevice) => void): readonly Column<QualityDevice>[] => [
  { id: 'name', title: t('quality.device'), bare: true, cell: (row) => <b>{row.name || row.aet}</b> },
  { id: 'aet', title: t('device.aet'), cell: (row) => <span className="lz-number">{row.aet}</span> },
  { id: 'unit', title: t('ledger.unit'), cell: (row) => row.unit.name },
  { id: 'modality', title: t('quality.modality'), cell: (row) => row.modality || '–' },
  { id: 'state', title: t('quality.state'), cell: (row) => <Mark tone={row.holds_today ? 'good' : 'bad'}>{t(row.holds_today ? 'quality.holds' : 'quality.lapsed')}</Mark> },
  { id: 'until', title: t('quality.until'), cell: (row) => row.valid_until ?? '–' },
  {
    id: 'enter',
    title: '',
    bare: true,
    cell: (row) => (
      <Button size="small" onClick={() => enter(row)}>
        {t('quality.enter')}
      </Button>
    ),
  },
];

const entryColumns = (end: (entry: Quality) => void): readonly Column<Quality>[] => [
  { id: 'device', title: t('quality.device'), bare: true, cell: (row) => <b>{row.device.name || row.device.aet}</b> },
  { id: 'unit', title: t('ledger.unit'), cell: (row) => row.unit.name },
  { id: 'kind', title: t('quality.kind'), cell: (row) => t(`quality.kind.${row.kind}`) },
  { id: 'certificate', title: t('quality.certificate'), cell: (row) => row.certificate || '–' },
  { id: 'from', title: t('quality.from'), cell: (row) => row.valid_from },
  { id: 'to', title: t('quality.to'), cell: (row) => row.valid_until },
  { id: 'by', title: t('quality.by'), cell: (row) => row.entered_by },
  {
    id: 'state',
    title: t('column.state'),
    bare: true,
    cell: (row) =>
      row.ended_on === null ? (
        <span className="lz-line">
          <Mark tone={row.holds_today ? 'good' : 'plain'}>{t(row.holds_today ? 'quality.holds' : 'quality.lapsed')}</Mark>
          <Button size="small" onClick={() => end(row)}>
            {t('quality.end')}
          </Button>
        </span>
      ) : (
        <span className="lz-hint">{t('quality.ended', { day: row.ended_on, why: row.end_reason })}</span>
      ),
  },
];

/** Which devices' quality control holds: without it no mark is printed and nothing is recognised. */
export default function QualityPage() {
  const cache = useQueryClient();
  const { message } = App.useApp();
  const refetchInterval = useRefetchInterval();
  const devices = useQuery({ queryKey: ['quality', 'devices'], queryFn: quality.devices, refetchInterval });
  const entries = useQuery({ queryKey: ['quality', 'entries'], queryFn: quality.all, refetchInterval });
  const [entering, setEntering] = useState<QualityDevice | null>(null);
  const [ending, setEnding] = useState<Quality | null>(null);
  const done = (said: string): void => {
    setEntering(null);
    setEnding(null);
    void message.success(said);
    void cache.invalidateQueries({ queryKey: ['quality'] });
  };
  const trouble = devices.error ?? entries.error;
  return (
    <section className="lz-page" aria-labelledby="quality-title">
      <h1 id="quality-title">{t('quality.title')}</h1>
      <p className="lz-hint">{t('quality.hint')}</p>
      {trouble !== null && <Trouble reason={trouble} onRetry={() => void Promise.all([devices.refetch(), entries.refetch()])} />}
      {(devices.isPending || entries.isPending) && <Loading />}
      {devices.data !== undefined && <Table label={t('quality.devices')} columns={deviceColumns(setEntering)} rows={devices.data.items} rowKey={(row) => row.id} />}
      <h2>{t('quality.entries')}</h2>
      {entries.data?.items.length === 0 && <Nothing title="quality.none" />}
      {entries.data !== undefined && entries.data.items.length > 0 && (
        <Table label={t('quality.entries')} columns={entryColumns(setEnding)} rows={entries.data.items} rowKey={(row) => row.id} />
      )}
      <EnterQuality device={entering} onDone={() => done(t('quality.entered'))} onClose={() => setEntering(null)} />
      <EndQuality entry={ending} onDone={() => done(t('quality.endDone'))} onClose={() => setEnding(null)} />
    </section>
  );
}
