import './share.css';

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { App, Button, InputNumber, Modal } from 'antd';
import { useState } from 'react';

import { type NewShare, type Share, shares } from '../api/shares';
import { moment } from '../design/format';
import { t } from '../design/i18n';
import { Mark } from '../design/Marks';
import { Trouble } from '../design/states';

const [DAYS, MOST_DAYS] = [7, 30] as const;

/** A link for the patient: made for some days, its code shown once, ended at any time. */
export function ShareButton({ reportId }: { readonly reportId: string }) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button size="large" onClick={() => setOpen(true)}>
        {t('share.make')}
      </Button>
      <Modal open={open} onCancel={() => setOpen(false)} footer={null} title={t('share.title')} destroyOnHidden>
        <Making reportId={reportId} />
      </Modal>
    </>
  );
}

function Making({ reportId }: { readonly reportId: string }) {
  const cache = useQueryClient();
  const [days, setDays] = useState<number>(DAYS);
  const [made, setMade] = useState<NewShare | null>(null);
  const [trouble, setTrouble] = useState<unknown>(null);
  const known = useQuery({ queryKey: ['shares', reportId], queryFn: () => shares.of(reportId) });
  const refresh = (): void => void cache.invalidateQueries({ queryKey: ['shares', reportId] });
  const make = (): void => {
    setTrouble(null);
    shares.make(reportId, days).then((share) => {
      setMade(share);
      refresh();
    }, setTrouble);
  };
  return (
    <div className="lz-sharing">
      <p className="lz-hint">{t('share.body')}</p>
      {made === null ? (
        <p className="lz-line">
          <label htmlFor="share-days">{t('share.days')}</label>
          <InputNumber id="share-days" min={1} max={MOST_DAYS} value={days} onChange={(value) => setDays(value ?? DAYS)} />
          <Button type="primary" onClick={make}>
            {t('share.go')}
          </Button>
        </p>
      ) : (
        <Made share={made} />
      )}
      {trouble !== null && <Trouble reason={trouble} />}
      <Known items={known.data?.items ?? []} onEnd={(id) => void shares.end(id).then(refresh, setTrouble)} />
    </div>
  );
}

function Made({ share }: { readonly share: NewShare }) {
  const { message } = App.useApp();
  const address = `${globalThis.location.origin}${share.path}`;
  const copy = (): void => void navigator.clipboard.writeText(address).then(() => message.success(t('share.copied')));
  return (
    <dl className="lz-share-made">
      <dt>{t('share.code')}</dt>
      <dd className="lz-share-code">{share.code}</dd>
      <dt>{t('share.link')}</dt>
      <dd>
        <a href={share.path} target="_blank" rel="noopener">
          {address}
        </a>{' '}
        <Button size="small" onClick={copy}>
          {t('share.copy')}
        </Button>
      </dd>
      <dd className="lz-hint">{t('share.until', { time: moment(share.until) })}</dd>
    </dl>
  );
}

function Known({ items, onEnd }: { readonly items: readonly Share[]; readonly onEnd: (id: string) => void }) {
  if (items.length === 0) return null;
  return (
    <section aria-label={t('share.known')}>
      <h3>{t('share.known')}</h3>
      <ul className="lz-share-known">
        {items.map((one) => (
          <li key={one.id}>
            <Mark tone={one.state === 'open' ? 'good' : 'plain'}>{t(`share.state.${one.state}`)}</Mark>
            <span>
              {one.made_by} {moment(one.made_at)} · {t('share.until', { time: moment(one.until) })}
            </span>
            <span className="lz-hint">
              {t('share.opened', { n: one.opened })}
              {one.wrong > 0 && ` · ${t('share.wrong', { n: one.wrong })}`}
            </span>
            {one.state === 'open' && (
              <Button size="small" onClick={() => onEnd(one.id)}>
                {t('share.end')}
              </Button>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
