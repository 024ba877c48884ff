import { useQuery } from '@tanstack/react-query';
import { Alert, Button, Modal } from 'antd';
import { useEffect, useRef, useState } from 'react';

import { keys } from '../api/keys';
import { toApiError } from '../api/problem';
import type { Content, WorkitemDetail } from '../api/worklist';
import { FirstPassword } from '../design/First';
import { clockTime } from '../design/format';
import { type MessageKey, t } from '../design/i18n';
import { Patient, ResultMark } from '../design/Marks';
import { Trouble } from '../design/states';
import { useSending } from '../design/useSending';

interface SignProps {
  readonly open: boolean;
  readonly detail: WorkitemDetail;
  readonly content: Content;
  /** One doctor alone issues; the final report by two follows. */
  readonly preliminary: boolean;
  /** All pixels of the film were shown. */
  readonly whole: boolean;
  readonly onSign: (password: string | null) => Promise<void>;
  readonly onClose: () => void;
}

/** The signature: whose report, what it says, and the password of the person who signs, unless the window lasts. */
export function SignDialog({ open, detail, content, preliminary, whole, onSign, onClose }: SignProps) {
  const [password, setPassword] = useState('');
  const { busy, trouble, send, setTrouble } = useSending();

  const signing = useQuery({ queryKey: ['signing-window'], queryFn: keys.window, enabled: open, staleTime: 0, gcTime: 0 });
  const until = signing.data?.until ?? null;
  const free = until !== null;
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (free) button.current?.focus();
  }, [free]);

  const go = (): void => {
    if ((password === '' && !free) || busy) return;
    send(onSign(free ? null : password), undefined, (reason) => {
      if (toApiError(reason).code === 'signing-password-needed') void signing.refetch();
      setPassword('');
    });
  };

  return (
    <Modal
      open={open}
      title={t(titleOf(detail, preliminary))}
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
        <Button
          key="yes"
          ref={button}
          type="primary"
          loading={busy}
          disabled={(password === '' && !free) || signing.isPending}
          onClick={go}
        >
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
      <Warnings preliminary={preliminary} whole={whole} />
      {free ? (
        <p className="lz-hint">{t('sign.window', { until: clockTime(until) })}</p>
      ) : (
      <FirstPassword
        aria-label={t('sign.password')}
        placeholder={t('sign.password')}
        autoComplete="current-password"
        value={password}
        onChange={(event) => setPassword(event.target.value)}
        onPressEnter={go}
      />
      )}
      {!free && <p className="lz-hint">{t('sign.why')}</p>}
      {trouble !== null && <Trouble reason={trouble} />}
    </Modal>
  );
}

function titleOf(detail: WorkitemDetail, preliminary: boolean): MessageKey {
  if (preliminary) return 'preliminary.title';
  return detail.kind === 'review' ? 'sign.approveTitle' : 'sign.submitTitle';
}

/** What the signer must have read first. */
function Warnings({ preliminary, whole }: Pick<SignProps, 'preliminary' | 'whole'>) {
  return (
    <>
      {preliminary && (
        <Alert type="warning" showIcon title={t('preliminary.words')} description={t('preliminary.why')} className="lz-trouble" />
      )}
      {!whole && <Alert type="warning" showIcon title={t('read.imageNotWhole')} className="lz-trouble" />}
    </>
  );
}
