import { Modal } from 'antd';
import { useState } from 'react';

import type { ImportFault } from '../api/catalogue';
import { roster } from '../api/roster';
import { FileButton } from '../design/FileButton';
import { t } from '../design/i18n';
import { ImportFaults } from '../design/ImportFaults';
import { Trouble } from '../design/states';
import { useSending } from '../design/useSending';

/** A file of duties goes in whole, or every fault of it is listed and nothing goes in. */
export function ImportRoster({ open, onDone, onClose }: {
  readonly open: boolean;
  readonly onDone: (count: number) => void;
  readonly onClose: () => void;
}) {
  const [faults, setFaults] = useState<readonly ImportFault[]>([]);
  const { busy, trouble, send, setTrouble } = useSending();
  const choose = ([file]: Iterable<File>): void => {
    if (file === undefined) return;
    send(roster.import(file), (done) => {
      setFaults(done.faults);
      if (done.faults.length === 0) onDone(done.added);
    });
  };
  return (
    <Modal
      open={open}
      title={t('roster.import')}
      footer={null}
      onCancel={onClose}
      afterClose={() => {
        setFaults([]);
        setTrouble(null);
      }}
      destroyOnHidden
      width={560}
    >
      <p>{t('roster.importHint')}</p>
      <pre className="lz-roster-sample">{t('roster.sample')}</pre>
      <FileButton type="primary" loading={busy} label={t('catalogue.choose')} accept=".csv,text/csv" onFiles={choose} />
      {faults.length > 0 && <ImportFaults title={t('roster.faults', { n: faults.length })} room="roster" faults={faults} />}
      {trouble !== null && <Trouble reason={trouble} />}
    </Modal>
  );
}
