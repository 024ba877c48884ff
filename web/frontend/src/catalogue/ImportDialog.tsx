import { Alert, Button, Modal } from 'antd';
import { useRef, useState } from 'react';

import { catalogue, type ImportFault, type ImportPlan } from '../api/patients';
import { t } from '../design/i18n';
import { type MessageKey, messages } from '../design/i18n/messages';
import { Trouble } from '../design/states';
import { type Column, Table } from '../design/Table';

const isMessage = (key: string): key is MessageKey => Object.hasOwn(messages, key);

const reason = (fault: ImportFault): string => {
  const key = `catalogue.fault.${fault.reason}`;
  return isMessage(key) ? t(key) : fault.reason;
};

const COLUMNS = (): readonly Column<ImportFault>[] => [
  { id: 'row', title: t('catalogue.faultRow'), width: '4em', cell: (fault) => (fault.row === 0 ? '–' : fault.row) },
  { id: 'column', title: t('catalogue.faultColumn'), width: '7em', cell: (fault) => fault.column || '–' },
  { id: 'reason', title: t('catalogue.faultReason'), bare: true, cell: reason },
  { id: 'value', title: t('catalogue.faultValue'), cell: (fault) => fault.value || '–' },
];

function Plan({ plan }: { readonly plan: ImportPlan }) {
  if (plan.faults.length > 0) {
    const rows = plan.faults.map((fault, place) => ({ ...fault, place }));
    return (
      <>
        <Alert type="error" showIcon title={t('catalogue.faults', { n: plan.faults.length })} />
        <div className="lz-import-faults">
          <Table label={t('catalogue.importTitle')} columns={COLUMNS()} rows={rows} rowKey={(row) => `${row.row}-${row.column}-${row.reason}`} />
        </div>
      </>
    );
  }
  const facts = { added: plan.added.length, ended: plan.ended.length, unchanged: plan.unchanged };
  return (
    <>
      <Alert type={plan.added.length === 0 ? 'info' : 'success'} showIcon title={t('catalogue.checked', facts)} />
      <ul className="lz-import-ended">
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
  const field = useRef<HTMLInputElement>(null);
  const [file, setFile] = useState<File | null>(null);
  const [plan, setPlan] = useState<ImportPlan | null>(null);
  const [trouble, setTrouble] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const work = (doing: Promise<ImportPlan>, then: (done: ImportPlan) => void): void => {
    setBusy(true);
    setTrouble(null);
    doing.then(then, setTrouble).finally(() => setBusy(false));
  };
  const choose = (chosen: File | undefined): void => {
    if (chosen === undefined) return;
    setFile(chosen);
    setPlan(null);
    work(catalogue.plan(chosen), setPlan);
  };
  const go = (): void => {
    if (file !== null) work(catalogue.import(file), (done) => onDone(done.added.length));
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
        <Button onClick={() => field.current?.click()}>{t('catalogue.choose')}</Button>
        <span>{file?.name}</span>
      </p>
      <input
        ref={field}
        type="file"
        accept=".csv,text/csv"
        hidden
        aria-label={t('catalogue.choose')}
        onChange={(event) => {
          choose(event.target.files?.[0]);
          event.target.value = '';
        }}
      />
      {plan !== null && <Plan plan={plan} />}
      {trouble !== null && <Trouble reason={trouble} />}
    </Modal>
  );
}
