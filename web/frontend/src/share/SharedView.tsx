import { useQuery } from '@tanstack/react-query';
import { Alert, Button } from 'antd';
import { useState } from 'react';

import { dataUrl } from '../api/dataUrl';
import { shared, type SharedReport } from '../api/shares';
import { t } from '../design/i18n';
import { StatusMark } from '../design/Marks';
import { Loading, Trouble } from '../design/states';
import { say } from '../recognition/words';

/** What link and code open: the images, the words, the files to take along. */
export function SharedView({ token, code, report }: {
  readonly token: string;
  readonly code: string;
  readonly report: SharedReport;
}) {
  const withdrawn = report.status === 'entered-in-error';
  const facts = [
    [t('share.patient'), report.patient],
    [t('share.item'), report.item_name],
    [t('share.unit'), report.unit],
    [t('share.day'), report.examined_on],
  ] as const;
  return (
    <>
      {withdrawn && <Alert type="error" showIcon title={t('share.withdrawn')} />}
      {report.reason !== '' && <Alert type={withdrawn ? 'error' : 'info'} showIcon title={t('share.revised', { why: report.reason })} />}
      <section className="lz-card">
        <p className="lz-share-marks">
          {report.mark !== null && <span className="lz-hr">{report.mark.text}</span>}
          <StatusMark status={report.status} issued />
          {report.mark_missing !== null && <small className="lz-hint">{t('mark.missing', { why: say(report.mark_missing) })}</small>}
        </p>
        <dl className="lz-share-facts">
          {facts.map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      </section>
      {report.images > 0 && (
        <section aria-label={t('share.images', { n: report.images })}>
          <h2>{t('share.images', { n: report.images })}</h2>
          {Array.from({ length: report.images }, (_, place) => place + 1).map((number) => (
            <SharedImage key={number} token={token} code={code} number={number} />
          ))}
        </section>
      )}
      <section className="lz-card lz-share-words">
        <h2>{t('share.findings')}</h2>
        <p>{report.findings}</p>
        <h2>{t('share.conclusion')}</h2>
        <p>{report.conclusion.impression}</p>
        {report.conclusion.recommendation !== '' && (
          <>
            <h3>{t('share.recommendation')}</h3>
            <p>{report.conclusion.recommendation}</p>
          </>
        )}
      </section>
      <TakeAlong token={token} code={code} />
    </>
  );
}

function SharedImage({ token, code, number }: { readonly token: string; readonly code: string; readonly number: number }) {
  const image = useQuery({
    queryKey: ['share-image', token, number],
    queryFn: async () => dataUrl(await shared.file(token, code, `images/${number}`)),
    retry: false,
    staleTime: Infinity,
  });
  if (image.error !== null) return <Trouble reason={image.error} onRetry={() => void image.refetch()} />;
  if (image.data === undefined) return <Loading rows={3} />;
  return <img className="lz-share-image" src={image.data} alt={t('share.image', { n: number })} />;
}

/** A file that has to be asked for with the code cannot be a link; it is fetched and then saved. */
function TakeAlong({ token, code }: { readonly token: string; readonly code: string }) {
  const [trouble, setTrouble] = useState<unknown>(null);
  const save = (what: string, name: string): void => {
    setTrouble(null);
    shared.file(token, code, what).then((bytes) => {
      const address = URL.createObjectURL(bytes);
      const link = document.createElement('a');
      link.href = address;
      link.download = name;
      link.click();
      setTimeout(() => URL.revokeObjectURL(address), 60_000);
    }, setTrouble);
  };
  return (
    <div className="lz-share-files">
      <Button type="primary" size="large" block onClick={() => save('pdf', 'report.pdf')}>
        {t('share.pdf')}
      </Button>
      <Button size="large" block onClick={() => save('bundle', 'report.fhir.json')}>
        {t('share.bundle')}
      </Button>
      {trouble !== null && <Trouble reason={trouble} />}
    </div>
  );
}
