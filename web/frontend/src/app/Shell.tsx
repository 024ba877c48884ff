import { useQuery } from '@tanstack/react-query';
import { Badge, Button, Dropdown, Modal, Tooltip } from 'antd';
import { type ReactNode, useState } from 'react';
import { NavLink, Outlet, useNavigate } from 'react-router';

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
import { placesOf } from './places';

/** The frame of every list page: where one can go, who one is, whether the page is live. */

function UnreadBadge({ children }: { readonly children: ReactNode }) {
  const refetchInterval = useRefetchInterval();
  const unread = useQuery({
    queryKey: ['inbox', 'count'],
    queryFn: () => reports.inbox({ unread: true, limit: 1 }),
    refetchInterval,
  });
  return (
    <>
      {children}
      <Badge count={unread.data?.unread ?? 0} size="small" className="lz-nav-badge" />
    </>
  );
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
          {placesOf(person).map(({ path, title }) => (
            <NavLink key={path} to={path}>
              {path === '/inbox' && may(person, 'clinician') ? <UnreadBadge>{t(title)}</UnreadBadge> : t(title)}
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
