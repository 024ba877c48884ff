import { Alert } from 'antd';

import type { ImportFault } from '../api/catalogue';
import { t } from './i18n';
import { type MessageKey, messages } from './i18n/messages';
import { type Column, Table } from './Table';

const isMessage = (key: string): key is MessageKey => Object.hasOwn(messages, key);

const COLUMNS = (room: string): readonly Column<ImportFault>[] => [
  { id: 'row', title: t('catalogue.faultRow'), width: '4em', cell: (fault) => (fault.row === 0 ? '–' : fault.row) },
  { id: 'column', title: t('catalogue.faultColumn'), width: '7em', cell: (fault) => fault.column || '–' },
  {
    id: 'reason',
    title: t('catalogue.faultReason'),
    bare: true,
    cell: ({ reason }) => {
      const known = [`${room}.fault.${reason}`, `catalogue.fault.${reason}`].find(isMessage);
      return known === undefined ? reason : t(known);
    },
  },
  { id: 'value', title: t('catalogue.faultValue'), cell: (fault) => fault.value || '–' },
];

/** Why a file cannot be imported: every fault with its line and column, in the words of the room or those all files share. */
export function ImportFaults({ title, room, faults }: {
  readonly title: string;
  readonly room: string;
  readonly faults: readonly ImportFault[];
}) {
  return (
    <>
      <Alert className="lz-trouble" type="error" showIcon title={title} />
      <Table label={title} columns={COLUMNS(room)} rows={faults} rowKey={(row) => `${row.row}-${row.column}-${row.reason}`} />
    </>
  );
}
