import { useQuery } from '@tanstack/react-query';
import { Badge, Button, Dropdown, Modal, Tooltip } from 'antd';
import { type ReactNode, useState } from 'react';
import { NavLink, Outlet, useNavigate } from 'react-router';

import { matching } from '../api/matching';
import { recognition } from '../api/recognition';
import { reports } from '../api/studies';
import { Help } from '../design/Help';
import { getLanguage, setLanguage, t } from '../design/i18n';
import { Logo } from '../design/Logo';
import { useKeys } from '../design/useKeys';
import { MyCertificate } from '../keys/MyCertificate';
import { ChangePassword } from '../session/ChangePassword';
import { may, useSession } from '../session/context';
import { Foot } from './Foot';
import { useLive, useRefetchInterval } from './live';
import { type Place, placesOf } from './places';

/** The frame of every list page: where one can go, who one is, whether the page is live. */

interface Counted {
  readonly key: string;
  readonly count: () => Promise<number>;
}

/** What waits for this person on a page, beside the page's name. */
const COUNTED: Readonly<Record<string, Counted | undefined>> = {
  '/inbox': { key: 'inbox', count: async () => (await reports.inbox({ unread: true, limit: 1 })).unread },
  '/recognition': { key: 'recognition', count: async () => (await recognition.offers('open')).open },
  '/unmatched': { key: 'unmatched', count: async () => (await matching.waiting(false)).waiting },
};

function CountBadge({ counted, children }: { readonly counted: Counted; readonly children: ReactNode }) {
  const refetchInterval = useRefetchInterval();
  const waiting = useQuery({ queryKey: [counted.key, 'count'], queryFn: counted.count, refetchInterval });
  return (
    <>
      {children}
      <Badge count={waiting.data ?? 0} size="small" className="lz-nav-badge" />
    </>
  );
}

function PlaceName({ path, title }: Place) {
  const counted = COUNTED[path];
  return counted === undefined ? t(title) : <CountBadge counted={counted}>{t(title)}</CountBadge>;
}

function Live() {
  const live = useLive();
  const words = t(live ? 'live.on' : 'live.off');
  return (
    <Tooltip title={words}>
      <span className={live ? 'lz-live' : 'lz-live lz-live-off'} role="status" aria-label={words} />
    </Tooltip>
  );
}

function UserMenu({ onPassword, onCertificate, onHelp }: {
  readonly onPassword: () => void;
  readonly onCertificate: () => void;
  readonly onHelp: () => void;
}) {
  const { person, signOut } = useSession();
  const navigate = useNavigate();
  const other = getLanguage() === 'zh' ? 'en' : 'zh';
  const items = [
    { key: 'who', disabled: true, label: `${person.unit.name}${person.title === '' ? '' : ` · ${person.title}`}` },
    { key: 'help', label: t('user.help'), onClick: onHelp },
    { key: 'language', label: t('user.language'), onClick: () => setLanguage(other) },
    { key: 'account', label: t('account.title'), onClick: () => void navigate('/account') },
    { key: 'password', label: t('user.changePassword'), onClick: onPassword },
    ...(may(person, 'radiologist', 'reviewer', 'cardiologist', 'laboratory-physician')
      ? [{ key: 'certificate', label: t('keys.mine'), onClick: onCertificate }]
      : []),
    { key: 'out', label: t('user.signOut'), onClick: () => void signOut() },
  ];
  return (
    <Dropdown menu={{ items }} trigger={['click']} placement="bottomRight">
      <Button type="text" className="lz-user" aria-label={`${t('user.menu')} ${person.name}`}>
        {person.name}
      </Button>
    </Dropdown>
  );
}

export function Shell() {
  const { person } = useSession();
  const [dialog, setDialog] = useState<'none' | 'help' | 'password' | 'certificate'>('none');
  const close = (): void => setDialog('none');
  useKeys({ help: () => setDialog(dialog === 'help' ? 'none' : 'help') });
  return (
    <div className="lz-shell">
      <a className="lz-skip" href="#content">
        {t('nav.skip')}
      </a>
      <header className="lz-top">
        <NavLink to="/" className="lz-brand" aria-label={t('product.name')}>
          <Logo />
          <span>{t('product.name')}</span>
        </NavLink>
        <nav aria-label={t('nav.main')}>
          {placesOf(person).map((place) => (
            <NavLink key={place.path} to={place.path}>
              <PlaceName {...place} />
            </NavLink>
          ))}
        </nav>
        <Live />
        <UserMenu onPassword={() => setDialog('password')} onCertificate={() => setDialog('certificate')} onHelp={() => setDialog('help')} />
      </header>
      <main id="content" className="lz-content" tabIndex={-1}>
        <Outlet />
      </main>
      <Foot />
      <MyCertificate open={dialog === 'certificate'} onClose={close} />
      <Help open={dialog === 'help'} onClose={close} />
      <Modal open={dialog === 'password'} onCancel={close} footer={null} title={t('user.changePassword')} destroyOnHidden width={420}>
        <ChangePassword onDone={close} />
      </Modal>
    </div>
  );
}
