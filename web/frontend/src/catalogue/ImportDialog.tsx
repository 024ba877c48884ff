import { Alert, Modal } from 'antd';
import { useState } from 'react';

import { catalogue, type ImportPlan } from '../api/catalogue';
import { FileButton } from '../design/FileButton';
import { t } from '../design/i18n';
import { ImportFaults } from '../design/ImportFaults';
import { Trouble } from '../design/states';
import { useSending } from '../design/useSending';

function Plan({ plan }: { readonly plan: ImportPlan }) {
  if (plan.faults.length > 0) {
    return <ImportFaults title={t('catalogue.faults', { n: plan.faults.length })} room="catalogue" faults={plan.faults} />;
  }
  const facts = { added: plan.added.length, ended: plan.ended.length, unchanged: plan.unchanged };
  return (
    <>
      <Alert type={plan.added.length === 0 ? 'info' : 'success'} showIcon title={t('catalogue.checked', facts)} />
      <ul>
        {plan.ended.map(({ code, effective_from: from, last_day: until }) => (
          <li key={code + from}>{t('catalogue.ends', { code, from, until })}</li>
        ))}
      </ul>
    </>
  );
}

/** A dry run that lists every fault, then one import: all or nothing. */
export function ImportDialog({ open, onDone, onClose }: {
  readonly open: boolean;
  readonly onDone: (count: number) => void;
  readonly onClose: () => void;
}) {
  const [file, setFile] = useState<File | null>(null);
  const [plan, setPlan] = useState<ImportPlan | null>(null);
  const { busy, trouble, send, setTrouble } = useSending();
  const choose = ([chosen]: Iterable<File>): void => {
    if (chosen === undefined) return;
    setFile(chosen);
    setPlan(null);
    send(catalogue.plan(chosen), setPlan);
  };
  const go = (): void => {
    if (file !== null) send(catalogue.import(file), (done) => onDone(done.added.length));
  };
  const ready = plan !== null && plan.faults.length === 0 && plan.added.length > 0;
  return (
    <Modal
      open={open}
      title={t('catalogue.importTitle')}
      okText={t('catalogue.go')}
      cancelText={t('action.cancel')}
      onOk={go}
      onCancel={onClose}
      okButtonProps={{ disabled: !ready, loading: busy }}
      afterClose={() => {
        setFile(null);
        setPlan(null);
        setTrouble(null);
      }}
      destroyOnHidden
      width={720}
    >
      <p className="lz-hint">{t('catalogue.importHint')}</p>
      <p className="lz-line">
        <FileButton label={t('catalogue.choose')} accept=".csv,text/csv" onFiles={choose} />
        <span>{file?.name}</span>
      </p>
      {plan !== null && <Plan plan={plan} />}
      {trouble !== null && <Trouble reason={trouble} />}
    </Modal>
  );
}
