import { useQuery } from '@tanstack/react-query';
import { Button, Segmented } from 'antd';
import { useState } from 'react';

import { admin, type TaskRow, type TaskState } from '../api/admin';
import { moment } from '../design/format';
import { t } from '../design/i18n';
import { List } from '../design/List';
import { Mark, type Tone } from '../design/Marks';
import type { Column } from '../design/Table';
import { useChange } from '../design/useChange';

const STATES: readonly TaskState[] = ['failed', 'unsure', 'due', 'running', 'done'];
const TONE: Readonly<Record<TaskState, Tone>> = { failed: 'bad', unsure: 'warn', due: 'plain', running: 'busy', done: 'good' };
const EVERY_MS = 5000;

const columns = (retry: (row: TaskRow) => void): readonly Column<TaskRow>[] => [
  { id: 'kind', title: t('task.kind'), bare: true, cell: (row) => <b>{row.kind}</b> },
  { id: 'state', title: t('task.state'), width: '7em', bare: true, cell: (row) => <Mark tone={TONE[row.state]}>{t(`task.state.${row.state}`)}</Mark> },
  { id: 'attempts', title: t('task.attempts'), width: '5em', cell: (row) => <span className="lz-number">{row.attempts}</span> },
  { id: 'due', title: t('task.due'), width: '10em', cell: (row) => moment(row.due_at) },
  { id: 'error', title: t('task.error'), cell: (row) => <small className="lz-code">{row.error ?? '–'}</small> },
  {
    id: 'retry',
    title: '',
    width: '6em',
    bare: true,
    cell: (row) =>
      (row.state === 'failed' || row.state === 'unsure') && (
        <Button size="small" onClick={() => retry(row)}>
          {t('task.retry')}
        </Button>
      ),
  },
];

/** Background work that needs a person: failed, or unsure whether it was done. */
export function TasksPart() {
  const [state, setState] = useState<TaskState>('failed');
  const query = useQuery({ queryKey: ['tasks', state], queryFn: () => admin.tasks({ state }), refetchInterval: EVERY_MS });
  const change = useChange('tasks');
  const counts = query.data?.counts;
  const retry = (row: TaskRow): void => void change(admin.retryTask(row.id), t('task.retried'));
  return (
    <List title="admin.tasks" query={query} columns={columns(retry)} rowKey={(row) => row.id} empty="task.none" emptyBody="task.noneBody">
      <Segmented<TaskState>
        value={state}
        onChange={setState}
        aria-label={t('task.state')}
        options={STATES.map((value) => ({ value, label: `${t(`task.state.${value}`)} ${counts?.[value] ?? ''}` }))}
      />
    </List>
  );
}
