import { Alert, Button, Empty, Skeleton } from 'antd';
import { Component, type ReactNode } from 'react';

import { toApiError } from '../api/problem';
import { getLanguage, type MessageKey, t } from './i18n';

/** What a page shows when there is nothing, not yet anything, or something went wrong. */

export function Nothing({ title, body, children }: {
  readonly title: MessageKey;
  readonly body?: MessageKey | undefined;
  readonly children?: ReactNode;
}) {
  return (
    <div className="lz-nothing">
      <Empty
        image={Empty.PRESENTED_IMAGE_SIMPLE}
        description={
          <>
            <p className="lz-nothing-title">{t(title)}</p>
            {body !== undefined && <p>{t(body)}</p>}
          </>
        }
      >
        {children}
      </Empty>
    </div>
  );
}

export function Loading({ rows = 6 }: { readonly rows?: number }) {
  return (
    <div className="lz-loading" role="status" aria-label={t('state.loading')}>
      <Skeleton active title={false} paragraph={{ rows, width: '100%' }} />
    </div>
  );
}

/** A page's place while its code comes. */
export function LoadingPage() {
  return <Loading rows={10} />;
}

/** The server's own sentence in the reader's language, with its code in small for the help desk. */
export function problemText(reason: unknown): string {
  const { problem } = toApiError(reason);
  return getLanguage() === 'zh' ? problem.detail : problem.detailEn;
}

export function Trouble({ reason, onRetry, title }: {
  readonly reason: unknown;
  readonly onRetry?: () => void;
  readonly title?: string;
}) {
  const detail = problemText(reason);
  return (
    <Alert
      className="lz-trouble"
      type="error"
      showIcon
      title={title ?? detail}
      description={
        <>
          {title !== undefined && <span>{detail} </span>}
          <small className="lz-code">{t('state.code', { code: toApiError(reason).code })}</small>
        </>
      }
      action={onRetry === undefined ? undefined : <Button onClick={onRetry}>{t('action.retry')}</Button>}
    />
  );
}

interface BoundaryProps {
  readonly children: ReactNode;
  readonly fallback?: ReactNode;
}

/** A page that throws must not take the others with it. */
export class Boundary extends Component<BoundaryProps, { readonly failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError(): { failed: boolean } {
    return { failed: true };
  }

  override render(): ReactNode {
    if (!this.state.failed) return this.props.children;
    return (
      this.props.fallback ?? (
        <Alert
          className="lz-trouble"
          type="error"
          showIcon
          title={t('state.crash')}
          description={t('state.crashBody')}
          action={<Button onClick={() => globalThis.location.reload()}>{t('action.refresh')}</Button>}
        />
      )
    );
  }
}
