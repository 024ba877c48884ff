import { useQuery } from '@tanstack/react-query';
import { Button, Modal } from 'antd';
import { useState } from 'react';

import { keys, type SigningKey } from '../api/keys';
import { date, moment } from '../design/format';
import { t } from '../design/i18n';
import { Mark } from '../design/Marks';
import { Loading, Nothing, Trouble } from '../design/states';
import { BringDialog } from './BringDialog';
import { RenewDialog } from './RenewDialog';
import { tone } from './tone';

function Certificate({ one }: { readonly one: SigningKey }) {
  return (
    <dl className="lz-certificate">
      <dt>{t('keys.title')}</dt>
      <dd>
        <Mark tone={tone(one.state)}>{t(`keys.state.${one.state}`)}</Mark> <span className="lz-number">{one.kid}</span>
      </dd>
      <dt>{t('keys.issuer')}</dt>
      <dd>{one.demo ? t('keys.demo') : one.issuer || '–'}</dd>
      <dt>{t('keys.until')}</dt>
      <dd>{one.not_after === null ? '–' : date(one.not_after)}</dd>
      <dt>{t('keys.custody')}</dt>
      <dd>{t(`keys.custody.${one.custody}`)}</dd>
      {one.revoked_at !== null && one.reason !== '' && (
        <dd className="lz-certificate-wide">
          {t('keys.revokedAt', { at: moment(one.revoked_at), reason: t(`keys.reason.${one.reason}`) })}
        </dd>
      )}
    </dl>
  );
}

/** The doctor's own certificate: what it is good for, a new one, one from another authority. */
export function MyCertificate({ open, onClose }: { readonly open: boolean; readonly onClose: () => void }) {
  const query = useQuery({ queryKey: ['my-keys'], queryFn: keys.mine, enabled: open });
  const [dialog, setDialog] = useState<'none' | 'renew' | 'bring'>('none');
  const newest = query.data?.items[0];
  const close = (): void => setDialog('none');
  return (
    <>
      <Modal
        open={open && dialog === 'none'}
        title={t('keys.mine')}
        onCancel={onClose}
        width={480}
        footer={[
          <Button key="bring" onClick={() => setDialog('bring')}>
            {t('keys.import')}
          </Button>,
          <Button key="renew" onClick={() => setDialog('renew')}>
            {t('keys.renew')}
          </Button>,
        ]}
      >
        {query.error !== null && <Trouble reason={query.error} onRetry={() => void query.refetch()} />}
        {query.isPending && <Loading rows={3} />}
        {query.data !== undefined && newest === undefined && <Nothing title="keys.none" body="keys.noneBody" />}
        {newest !== undefined && <Certificate one={newest} />}
      </Modal>
      <RenewDialog open={open && dialog === 'renew'} onClose={close} />
      <BringDialog open={open && dialog === 'bring'} onClose={close} />
    </>
  );
}
