import { Alert, Input, Modal } from 'antd';
import { useState } from 'react';

import { FirstTextArea } from '../design/First';
import { t } from '../design/i18n';
import { Trouble } from '../design/states';
import { useSending } from '../design/useSending';

/** A withdrawal is a signature: its reason and the password of the reviewer who signs it. */
export function WithdrawDialog({ open, onGo, onClose }: {
  readonly open: boolean;
  readonly onGo: (reason: string, password: string) => Promise<void>;
  readonly onClose: () => void;
}) {
  const [reason, setReason] = useState('');
  const [password, setPassword] = useState('');
  const { busy, trouble, send, setTrouble } = useSending();
  const ready = reason.trim() !== '' && password !== '';
  const go = (): void => {
    if (ready && !busy) send(onGo(reason.trim(), password), undefined, () => setPassword(''));
  };
  return (
    <Modal
      open={open}
      title={t('report.withdrawTitle')}
      onCancel={onClose}
      onOk={go}
      okText={busy ? t('sign.working') : t('sign.go')}
      cancelText={t('action.cancel')}
      okButtonProps={{ danger: true, disabled: !ready, loading: busy }}
      width={480}
      destroyOnHidden
      afterClose={() => {
        setReason('');
        setPassword('');
        setTrouble(null);
      }}
    >
      <Alert type="warning" showIcon title={t('report.withdrawBody')} className="lz-trouble" />
      <FirstTextArea
        className="lz-reason"
        aria-label={t('report.revisionReason')}
        placeholder={t('report.revisionReason')}
        rows={3}
        maxLength={500}
        showCount
        value={reason}
        onChange={(event) => setReason(event.target.value)}
      />
      <Input.Password
        aria-label={t('sign.password')}
        placeholder={t('sign.password')}
        autoComplete="current-password"
        value={password}
        onChange={(event) => setPassword(event.target.value)}
        onPressEnter={go}
      />
      {trouble !== null && <Trouble reason={trouble} />}
    </Modal>
  );
}
