import type { WorkitemRow } from '../api/worklist';
import { bodyPart, moment } from '../design/format';
import { t } from '../design/i18n';
import { Deadline, Exam, Mark, Patient, PriorityMark } from '../design/Marks';
import type { Column } from '../design/Table';

function State({ row }: { readonly row: WorkitemRow }) {
  if (row.returned_reason !== null && row.returned_reason !== '' && row.state === 'SCHEDULED') {
    return <Mark tone="warn">{t('worklist.returned')}</Mark>;
  }
  if (row.state === 'IN PROGRESS') {
    const who = row.mine ? t('worklist.mine') : (row.claimed_by?.name ?? '');
    return <Mark tone="busy">{row.mine ? who : t('worklist.claimedBy', { name: who })}</Mark>;
  }
  return <Mark tone={row.state === 'COMPLETED' ? 'good' : 'plain'}>{t(`workitem.${row.state}`)}</Mark>;
}

function Examination({ row }: { readonly row: WorkitemRow }) {
  const part = bodyPart(row.body_part);
  const description = row.description === row.body_part ? '' : row.description;
  return <Exam modality={row.modality}>{[part, description].filter((text) => text !== '').join(' · ')}</Exam>;
}

export const worklistColumns = (done: boolean): readonly Column<WorkitemRow>[] => [
  { id: 'priority', title: t('column.priority'), width: '6.5em', bare: true, cell: (row) => <PriorityMark priority={row.priority} /> },
  {
    id: 'deadline',
    title: t(done ? 'column.received' : 'column.deadline'),
    width: '9.5em',
    bare: true,
    cell: (row) => (done ? moment(row.created_at) : <Deadline at={row.deadline_at} />),
  },
  { id: 'patient', title: t('column.patient'), bare: true, cell: (row) => <Patient patient={row.patient} withId /> },
  { id: 'exam', title: t('column.exam'), bare: true, cell: (row) => <Examination row={row} /> },
  { id: 'kind', title: t('column.task'), width: '6em', bare: true, cell: (row) => t(`kind.${row.kind}`) },
  { id: 'unit', title: t('column.unit'), cell: (row) => row.unit.name },
  { id: 'accession', title: t('column.accession'), width: '11em', cell: (row) => <span className="lz-number">{row.accession_number || '–'}</span> },
  { id: 'images', title: t('column.images'), width: '4.5em', cell: (row) => <span className="lz-number">{row.instances}</span> },
  { id: 'state', title: t('column.state'), width: '10em', bare: true, cell: (row) => <State row={row} /> },
];
