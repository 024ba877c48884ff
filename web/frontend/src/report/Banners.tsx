import { Alert, App, Button, Space } from 'antd';

import { useNavigate } from 'react-router';

import { worklist, type Content, type WorkitemDetail } from '../api/worklist';
import { clockTime } from '../design/format';
import { t } from '../design/i18n';
import { problemText } from '../design/states';
import { asText } from './content';
import type { SaveState } from './autosave';
import type { DraftDoor } from './useDraft';

/** What a reader must know about the text at once: not saved, no longer theirs, or saved elsewhere. */

export function SaveMark({ state }: { readonly state: SaveState }) {
  const words = ((): string => {
    if (state.is === 'saved') return t('save.saved', { time: clockTime(state.at) });
    if (state.is === 'refused') return t('save.refused', { detail: state.problem.detail });
    if (state.is === 'lost' || state.is === 'conflict') return t(`save.${state.is}`);
    return t(`save.${state.is}`);
  })();
  return (
    <span className={`lz-save lz-save-${state.is}`} role="status">
      {words}
    </span>
  );
}

function CopyAll({ content }: { readonly content: Content }) {
  const { message } = App.useApp();
  const copy = (): void => {
    const text = asText(content, [t('read.findings'), t('read.impression'), t('read.recommendation')]);
    navigator.clipboard.writeText(text).then(
      () => void message.success(t('action.copied')),
      () => void message.error(text),
    );
  };
  return <Button onClick={copy}>{t('save.copyAll')}</Button>;
}

/** After a lost lease the same examination goes on as another item: find the last of the line. */
async function successorOf(uid: string): Promise<string | null> {
  const { replaced_by } = await worklist.detail(uid);
  return replaced_by === null ? null : ((await successorOf(replaced_by)) ?? replaced_by);
}

export function Banners({ detail, draft }: { readonly detail: WorkitemDetail; readonly draft: DraftDoor }) {
  const navigate = useNavigate();
  const { message } = App.useApp();
  const { saveState, content } = draft;
  const goOn = (): void => {
    successorOf(detail.uid).then(
      (uid) => (uid === null ? void message.info(t('worklist.noNext')) : navigate(`/read/${uid}`)),
      (reason: unknown) => void message.error(problemText(reason)),
    );
  };
  const resolve = (mine: boolean): void => {
    worklist.detail(detail.uid).then(
      ({ draft: newest }) => {
        if (mine) draft.keepMine(newest?.revision ?? draft.revision());
        else if (newest !== null) draft.keepTheirs(newest);
      },
      (reason: unknown) => void message.error(problemText(reason)),
    );
  };
  if (draft.leaseState === 'lost') {
    return (
      <Alert
        type="error"
        showIcon
        banner
        title={t('save.lost')}
        description={t('save.lostBody')}
        action={
          <Space orientation="vertical">
            <CopyAll content={content} />
            <Button onClick={goOn}>{t('read.takeOver')}</Button>
          </Space>
        }
      />
    );
  }
  if (saveState.is === 'conflict') {
    return (
      <Alert
        type="warning"
        showIcon
        banner
        title={t('save.conflict')}
        description={t('save.conflictBody')}
        action={
          <Space orientation="vertical">
            <Button onClick={() => resolve(true)}>{t('save.keepMine')}</Button>
            <Button onClick={() => resolve(false)}>{t('save.keepTheirs')}</Button>
          </Space>
        }
      />
    );
  }
  return (
    <>
      {draft.restored && <Alert type="info" showIcon banner closable title={t('save.restored')} />}
      {draft.stray !== null && (
        <Alert
          type="warning"
          showIcon
          banner
          title={t('save.stray')}
          description={t('save.strayBody')}
          action={
            <Space orientation="vertical">
              <CopyAll content={draft.stray.content} />
              <Button onClick={() => draft.settleStray(true)}>{t('save.strayUse')}</Button>
              <Button onClick={() => draft.settleStray(false)}>{t('save.strayDrop')}</Button>
            </Space>
          }
        />
      )}
      <WhyAgain detail={detail} />
    </>
  );
}

/** Why the report is written again: returned by the reviewer, or an issued one is revised. */
function WhyAgain({ detail }: { readonly detail: WorkitemDetail }) {
  const { returned_reason: reason } = detail;
  if (reason === null || reason === '') return null;
  const revised = (detail.report?.revision ?? null) !== null;
  return <Alert type="warning" showIcon banner title={revised ? reason : t('read.returnedReason', { reason })} />;
}
