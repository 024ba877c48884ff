import { Alert, Button, Modal } from 'antd';
import { useState } from 'react';

import type { Content, WorkitemDetail } from '../api/worklist';
import { FirstPassword } from '../design/First';
import { t } from '../design/i18n';
import { Patient, ResultMark } from '../design/Marks';
import { Trouble } from '../design/states';

interface SignProps {
  readonly open: boolean;
  readonly detail: WorkitemDetail;
  readonly content: Content;
  /** One doctor alone issues; the final report by two follows. */
  readonly preliminary: boolean;
  /** All pixels of the film were shown. */
  readonly whole: boolean;
  readonly onSign: (password: string) => Promise<void>;
  readonly onClose: () => void;
}

/** The signature: whose report, what it says, and the password of the person who signs. */
export function SignDialog({ open, detail, content, preliminary, whole, onSign, onClose }: SignProps) {
  const [password, setPassword] = useState('');
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState<unknown>(null);
  const review = detail.kind === 'review';

  const go = (): void => {
    if (password === '' || busy) return;
    setBusy(true);
    setTrouble(null);
    onSign(password)
      .catch((reason: unknown) => {
        setTrouble(reason);
        setPassword('');
      })
      .finally(() => setBusy(false));
  };

  return (
    <Modal
      open={open}
      title={t(preliminary ? 'preliminary.title' : review ? 'sign.approveTitle' : 'sign.submitTitle')}
      onCancel={onClose}
      mask={{ closable: !busy }}
      width={480}
      destroyOnHidden
      afterClose={() => {
        setPassword('');
        setTrouble(null);
      }}
      footer={[
        <Button key="no" onClick={onClose} disabled={busy}>
          {t('action.cancel')}
        </Button>,
        <Button key="yes" type="primary" loading={busy} disabled={password === ''} onClick={go}>
          {busy ? t('sign.working') : t('sign.go')}
        </Button>,
      ]}
    >
      <div className="lz-sign-summary">
        <p>
          <Patient patient={detail.patient} withId /> <ResultMark positive={content.positive} />
        </p>
        <p className="lz-sign-impression">{content.impression}</p>
      </div>
      {preliminary && <Alert type="warning" showIcon title={t('preliminary.words')} description={t('preliminary.why')} className="lz-trouble" />}
      {!whole && <Alert type="warning" showIcon title={t('read.imageNotWhole')} className="lz-trouble" />}
      <FirstPassword
        aria-label={t('sign.password')}
        placeholder={t('sign.password')}
        autoComplete="current-password"
        value={password}
        onChange={(event) => setPassword(event.target.value)}
        onPressEnter={go}
      />
      <p className="lz-hint">{t('sign.why')}</p>
      {trouble !== null && <Trouble reason={trouble} />}
    </Modal>
  );
}
