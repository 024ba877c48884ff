import './share.css';

import { useQuery } from '@tanstack/react-query';
import { Button, Input } from 'antd';
import { type FormEvent, type ReactNode, useState } from 'react';
import { useParams } from 'react-router';

import { toApiError } from '../api/problem';
import { shared, type SharedReport } from '../api/shares';
import { Foot } from '../app/Foot';
import { LanguageSwitch } from '../app/LanguageSwitch';
import { moment } from '../design/format';
import { t } from '../design/i18n';
import { Logo } from '../design/Logo';
import { Loading, Nothing, problemText, Trouble } from '../design/states';
import { SharedView } from './SharedView';

/** A patient's page: link and code, nothing else; on a phone, in Chinese first. */
export default function SharePage() {
  const { token = '' } = useParams();
  const link = useQuery({ queryKey: ['share', token], queryFn: () => shared.state(token), retry: false });
  const [opened, setOpened] = useState<{ readonly code: string; readonly report: SharedReport } | null>(null);
  return (
    <div className="lz-shell">
      <header className="lz-top">
        <span className="lz-brand lz-share-brand">
          <Logo />
          <b>{t('product.name')}</b>
        </span>
        <span className="lz-bar-gap" />
        <LanguageSwitch />
      </header>
      <main className="lz-page lz-share">
        <h1>{t('share.page')}</h1>
        <Reached link={link}>
          {opened === null ? (
            <AskCode token={token} until={link.data?.until ?? ''} onOpened={(code, report) => setOpened({ code, report })} />
          ) : (
            <SharedView token={token} code={opened.code} report={opened.report} />
          )}
        </Reached>
      </main>
      <Foot />
    </div>
  );
}

function Reached({ link, children }: {
  readonly link: { readonly error: unknown; readonly isPending: boolean; readonly refetch: () => unknown };
  readonly children: ReactNode;
}) {
  if (link.isPending) return <Loading rows={3} />;
  if (link.error === null) return children;
  const { status } = toApiError(link.error);
  if (status === 410) return <Nothing title="share.gone" body="share.goneBody" />;
  if (status === 429) return <Nothing title="share.locked" body="share.goneBody" />;
  if (status === 404) return <Nothing title="share.unknown" body="share.goneBody" />;
  return <Trouble reason={link.error} onRetry={() => void link.refetch()} />;
}

function AskCode({ token, until, onOpened }: {
  readonly token: string;
  readonly until: string;
  readonly onOpened: (code: string, report: SharedReport) => void;
}) {
  const [code, setCode] = useState('');
  const [busy, setBusy] = useState(false);
  const [wrong, setWrong] = useState<string | null>(null);
  const open = (event: FormEvent): void => {
    event.preventDefault();
    setBusy(true);
    setWrong(null);
    shared
      .report(token, code.trim())
      .then(
        (report) => onOpened(code.trim(), report),
        (reason: unknown) => setWrong(problemText(reason)),
      )
      .finally(() => setBusy(false));
  };
  return (
    <form className="lz-card lz-share-ask" onSubmit={open}>
      <label htmlFor="share-code">{t('share.askCode')}</label>
      <Input
        id="share-code"
        className="lz-share-field"
        inputMode="numeric"
        autoComplete="one-time-code"
        maxLength={6}
        size="large"
        value={code}
        onChange={(event) => setCode(event.target.value.replaceAll(/\D/gu, ''))}
      />
      {wrong !== null && (
        <p className="lz-share-wrong" role="alert">
          {wrong}
        </p>
      )}
      <Button type="primary" htmlType="submit" size="large" block loading={busy} disabled={code.length !== 6}>
        {t('share.see')}
      </Button>
      <p className="lz-hint">{t('share.until', { time: moment(until) })}</p>
    </form>
  );
}
