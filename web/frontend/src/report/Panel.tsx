import { Button, Tooltip } from 'antd';
import type { TextAreaRef } from 'antd/es/input/TextArea';
import { type RefObject, useState } from 'react';

import { nameOf } from '../api/studies';
import type { Content, WorkitemDetail } from '../api/worklist';
import { t } from '../design/i18n';
import { Banners, SaveMark } from './Banners';
import type { DialogName } from './Dialogs';
import { DiffView } from './DiffView';
import { Editor } from './Editor';
import { Background } from './Header';
import { PriorReport } from './PriorReport';
import type { DraftDoor } from './useDraft';
import type { Measurements } from './useMeasurements';

interface PanelProps {
  readonly detail: WorkitemDetail;
  readonly draft: DraftDoor;
  readonly findings: RefObject<TextAreaRef | null>;
  readonly impression: RefObject<TextAreaRef | null>;
  readonly measurements: Measurements;
  readonly undo: (() => void) | null;
  /** What the reviewer's text is compared with; null hides the comparison. */
  readonly writersText: Content | null;
  readonly onDialog: (name: DialogName) => void;
  readonly onSign: (name: 'sign' | 'preliminary') => void;
}

/** The report beside the film. */
export function Panel(props: PanelProps) {
  const { detail, draft, measurements, undo, writersText, onDialog, onSign } = props;
  const [prior, setPrior] = useState<string | null>(null);
  const lost = draft.leaseState === 'lost';
  return (
    <section className="lz-panel" aria-label={t('read.report')}>
      <Banners detail={detail} draft={draft} />
      <Background detail={detail} onPrior={setPrior} />
      <div className="lz-panel-tools">
        <Tooltip title="Alt T">
          <Button size="small" disabled={lost} onClick={() => onDialog('templates')}>
            {t('read.templates')}
          </Button>
        </Tooltip>
        <Tooltip title="Alt M">
          <Button size="small" disabled={lost || measurements.waiting === 0} onClick={measurements.insert}>
            {t('read.insertMeasure')} {measurements.waiting > 0 ? measurements.waiting : ''}
          </Button>
        </Tooltip>
        {undo !== null && (
          <Button size="small" onClick={undo}>
            {t('template.undo')}
          </Button>
        )}
        <span className="lz-bar-gap" />
        <SaveMark state={draft.saveState} />
      </div>
      <div className="lz-panel-scroll">
        <Editor
          content={draft.content}
          readOnly={lost}
          revision={detail.report?.revision ?? null}
          findings={props.findings}
          impression={props.impression}
          studyInstanceUid={detail.study_instance_uid}
          onChange={draft.change}
          onBlur={() => void draft.save()}
        />
        {writersText !== null && (
          <DiffView before={writersText} after={draft.content} writer={nameOf(detail.report?.writer)} />
        )}
      </div>
      <Foot detail={detail} lost={lost} onDialog={onDialog} onSign={onSign} />
      <PriorReport reportId={prior} onClose={() => setPrior(null)} />
    </section>
  );
}

/** What may be done with the report now. */
function Foot({ detail, lost, onDialog, onSign }: Pick<PanelProps, 'detail' | 'onDialog' | 'onSign'> & { readonly lost: boolean }) {
  const review = detail.kind === 'review';
  const preliminary = detail.preliminary && (detail.report?.revision ?? null) === null;
  return (
    <footer className="lz-panel-foot">
      <Tooltip title="Alt G">
        <Button disabled={lost} onClick={() => onDialog('giveBack')}>
          {t('read.giveBack')}
        </Button>
      </Tooltip>
      <Button type="text" aria-label={t('help.title')} onClick={() => onDialog('help')}>
        ?
      </Button>
      <span className="lz-bar-gap" />
      {review && (
        <Tooltip title="Alt R">
          <Button danger disabled={lost} onClick={() => onDialog('return')}>
            {t('read.return')}
          </Button>
        </Tooltip>
      )}
      {preliminary && (
        <Tooltip title={t('preliminary.why')}>
          <Button disabled={lost} onClick={() => onSign('preliminary')}>
            {t('preliminary.go')}
          </Button>
        </Tooltip>
      )}
      <Button type="primary" disabled={lost} onClick={() => onSign('sign')}>
        {t(review ? 'read.approve' : 'read.submit')} <kbd>Ctrl Enter</kbd>
      </Button>
    </footer>
  );
}
