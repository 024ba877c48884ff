import { App } from 'antd';
import type { TextAreaRef } from 'antd/es/input/TextArea';
import { useCallback, useEffect, useRef, useState } from 'react';

import type { Claim, Content, Template, WorkitemDetail } from '../api/worklist';
import { t } from '../design/i18n';
import { type KeyHandlers, useKeys } from '../design/useKeys';
import { useSession } from '../session/context';
import type { KeyImage, Quality } from '../viewer/types';
import { missing, withTemplate } from './content';
import { goTo, selectNextBlank } from './blanks';
import { Dialogs } from './Dialogs';
import { Done } from './Done';
import { Header } from './Header';
import { Images } from './Images';
import { Panel } from './Panel';
import { Split } from './Split';
import { useDialog } from './useDialog';
import { useActions } from './useActions';
import { type DraftDoor, useDraft } from './useDraft';
import { useMeasurements } from './useMeasurements';

/** The held item: film on the left, report on the right, everything by keyboard. */
export function Workbench({ detail, claim }: { readonly detail: WorkitemDetail; readonly claim: Claim }) {
  const { person } = useSession();
  const { message } = App.useApp();
  const draft = useDraft(person.id, detail, claim);
  const actions = useActions(detail, claim, draft);
  const dialog = useDialog();
  const [quality, setQuality] = useState<Quality | null>(null);
  const review = detail.kind === 'review';
  const [diffShown, setDiffShown] = useState(review);
  const findings = useRef<TextAreaRef>(null);
  const impression = useRef<TextAreaRef>(null);
  const measurements = useMeasurements(draft, findings);
  const hears = { onMeasurement: measurements.hear, onKeyImage: useKeyImages(draft), onQuality: setQuality };
  const template = useTemplate(draft, (filled) => {
    dialog.close();
    // After the dialog has given the focus back.
    setTimeout(() => selectNextBlank(filled, findings, impression), 50);
  });

  const askSign = (name: 'sign' | 'preliminary' = 'sign'): void => {
    const lacks = quality === 'partial' ? 'read.imageNotWhole' : missing(draft.content);
    if (lacks === null) dialog.open(name);
    else void message.warning(t(lacks));
    if (lacks === 'read.blankLeft') selectNextBlank(draft.content, findings, impression);
  };
  useWorkbenchKeys(
    {
      help: () => dialog.open('help'),
      submit: () => askSign(),
      templates: () => dialog.open('templates'),
      blank: () => selectNextBlank(draft.content, findings, impression),
      findings: () => goTo(findings),
      impression: () => goTo(impression),
      measure: measurements.insert,
      diff: () => setDiffShown(!diffShown),
      giveBack: () => dialog.open('giveBack'),
      next: actions.next,
      list: actions.list,
      ...(review ? { returnToWriter: () => dialog.open('return') } : {}),
    },
    draft,
    actions.finished === null,
  );

  return (
    <div className="lz-read">
      <Header detail={detail} />
      {actions.finished !== null ? (
        <Done finished={actions.finished} busy={actions.taking} onNext={actions.next} onList={actions.list} />
      ) : (
        <Split
          left={<Images {...hears} studyInstanceUid={detail.study_instance_uid} />}
          right={
            <Panel
              detail={detail}
              draft={draft}
              findings={findings}
              impression={impression}
              measurements={measurements}
              undo={template.undo}
              writersText={review && diffShown ? (detail.report?.content ?? null) : null}
              onDialog={dialog.open}
              onSign={askSign}
            />
          }
        />
      )}
      <Dialogs
        name={dialog.name}
        detail={detail}
        content={draft.content}
        whole={quality === 'lossless'}
        actions={actions}
        onUse={template.use}
        onClose={dialog.close}
      />
    </div>
  );
}

/** A lost item is only looked at: the keys that write stay silent. */
function useWorkbenchKeys(handlers: KeyHandlers, draft: DraftDoor, working: boolean): void {
  const { help, next, list, ...writing } = handlers;
  const moving = { ...(help && { help }), ...(next && { next }), ...(list && { list }), images: focusImages };
  useKeys(
    draft.leaseState === 'lost'
      ? moving
      : {
          ...moving,
          ...writing,
          save: () => void draft.save(),
          positive: () => draft.change({ positive: draft.content.positive === false }),
        },
    working,
  );
}

const focusImages = (): void => document.querySelector<HTMLElement>('#images [tabindex], #images')?.focus();

function useKeyImages(draft: DraftDoor): (image: KeyImage) => void {
  const latest = useRef(draft);
  useEffect(() => {
    latest.current = draft;
  });
  return useCallback((image: KeyImage) => {
    const { key_images } = latest.current.content;
    const known = key_images.some((other) => other.sop_instance_uid === image.sopInstanceUid && other.frame === image.frame);
    if (known) return;
    const added = { series_instance_uid: image.seriesInstanceUid, sop_instance_uid: image.sopInstanceUid, frame: image.frame };
    latest.current.change({ key_images: [...key_images, added] });
  }, []);
}

function useTemplate(draft: DraftDoor, onUsed: (filled: Content) => void) {
  const { message } = App.useApp();
  const [before, setBefore] = useState<Content | null>(null);
  return {
    use: (template: Template, append: boolean): void => {
      setBefore(draft.content);
      const filled = withTemplate(draft.content, template, append);
      draft.change(filled);
      void message.success(t('template.applied', { name: template.name }));
      onUsed(filled);
    },
    undo:
      before === null
        ? null
        : (): void => {
            draft.change(before);
            setBefore(null);
          },
  };
}
