import { Modal } from 'antd';
import { type ReactNode, useState } from 'react';

import { FirstTextArea } from './First';
import { t } from './i18n';
import { Trouble } from './states';
import { useSending } from './useSending';

/** Something that changes who works on an item needs a reason that others can read later. */
export function ReasonDialog({ open, title, placeholder, children, onGo, onClose }: {
  readonly open: boolean;
  readonly title: string;
  readonly placeholder: string;
  readonly children?: ReactNode;
  readonly onGo: (reason: string) => Promise<void>;
  readonly onClose: () => void;
}) {
  const [reason, setReason] = useState('');
  const { busy, trouble, send, setTrouble } = useSending();
  const go = (): void => {
    if (reason.trim() !== '' && !busy) send(onGo(reason.trim()));
  };
  return (
    <Modal
      open={open}
      title={title}
      onCancel={onClose}
      onOk={go}
      okText={t('action.ok')}
      cancelText={t('action.cancel')}
      okButtonProps={{ disabled: reason.trim() === '', loading: busy }}
      width={480}
      destroyOnHidden
      afterClose={() => {
        setReason('');
        setTrouble(null);
      }}
    >
      {children}
      <FirstTextArea
        className="lz-reason"
        aria-label={t('return.reason')}
        placeholder={placeholder}
        rows={3}
        maxLength={500}
        showCount
        value={reason}
        onChange={(event) => setReason(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) go();
        }}
      />
      {trouble !== null && <Trouble reason={trouble} />}
    </Modal>
  );
}
