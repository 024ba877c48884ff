import { Alert, Button, Modal } from 'antd';
import { useRef, useState } from 'react';

import type { ImportFault } from '../api/patients';
import { roster } from '../api/roster';
import { t } from '../design/i18n';
import { type MessageKey, messages } from '../design/i18n/messages';
import { Trouble } from '../design/states';

const isMessage = (key: string): key is MessageKey => Object.hasOwn(messages, key);

const words = ({ row, column, reason, value }: ImportFault): string => {
  const own = `roster.fault.${reason}`;
  const shared = `catalogue.fault.${reason}`;
  const why = isMessage(own) ? t(own) : isMessage(shared) ? t(shared) : reason;
  const place = row === 0 ? '' : `${t('roster.faultRow', { n: row })} `;
  return `${place}${column}${column === '' ? '' : '：'}${why}${value === '' ? '' : `（${value}）`}`;
};

/** A file of duties goes in whole, or every fault of it is listed and nothing goes in. */
export function ImportRoster({ open, onDone, onClose }: {
  readonly open: boolean;
  readonly onDone: (count: number) => void;
  readonly onClose: () => void;
}) {
  const field = useRef<HTMLInputElement>(null);
  const [faults, setFaults] = useState<readonly ImportFault[]>([]);
  const [trouble, setTrouble] = useState<unknown>(null);
  const choose = async (file: File | undefined): Promise<void> => {
    if (file === undefined) return;
    setTrouble(null);
    try {
      const done = await roster.import(file);
      setFaults(done.faults);
      if (done.faults.length === 0) onDone(done.added);
    } catch (reason) {
      setTrouble(reason);
    }
  };
  return (
    <Modal open={open} title={t('roster.import')} footer={null} onCancel={onClose} afterClose={() => setFaults([])} destroyOnHidden width={560}>
      <p>{t('roster.importHint')}</p>
      <pre className="lz-roster-sample">{t('roster.sample')}</pre>
      <Button type="primary" onClick={() => field.current?.click()}>
        {t('catalogue.choose')}
      </Button>
      <input
        ref={field}
        type="file"
        accept=".csv,text/csv"
        hidden
        aria-label={t('catalogue.choose')}
        onChange={(event) => {
          void choose(event.target.files?.[0]);
          event.target.value = '';
        }}
      />
      {faults.length > 0 && (
        <Alert
          className="lz-trouble"
          type="error"
          showIcon
          title={t('roster.faults', { n: faults.length })}
          description={
            <ul className="lz-roster-faults">
              {faults.map((one) => (
                <li key={`${one.row}-${one.column}-${one.reason}`}>{words(one)}</li>
              ))}
            </ul>
          }
        />
      )}
      {trouble !== null && <Trouble reason={trouble} />}
    </Modal>
  );
}
