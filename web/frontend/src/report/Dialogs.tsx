import type { Content, Template, WorkitemDetail } from '../api/worklist';
import { Help } from '../design/Help';
import { getLanguage, t } from '../design/i18n';
import { ReasonDialog } from '../design/ReasonDialog';
import { COMMANDS, keyName } from '../viewer/ui/commands';
import { SignDialog } from './SignDialog';
import { TemplatePicker } from './TemplatePicker';
import type { Actions } from './useActions';

export type DialogName = 'none' | 'templates' | 'sign' | 'preliminary' | 'return' | 'giveBack' | 'help';

interface DialogsProps {
  readonly name: DialogName;
  readonly detail: WorkitemDetail;
  readonly content: Content;
  readonly whole: boolean;
  readonly actions: Actions;
  readonly onUse: (template: Template, append: boolean) => void;
  readonly onClose: () => void;
}

/** The viewer's keys beside ours on one sheet. */
const viewerKeys = () =>
  COMMANDS.filter(({ id }) => id !== 'help').map(({ keys, label }) => ({
    keys: keyName(keys[0] ?? '').replaceAll(' ', '+'),
    does: label[getLanguage() === 'zh' ? 0 : 1],
  }));

export function Dialogs({ name, detail, content, whole, actions, onUse, onClose }: DialogsProps) {
  const closing =
    <Given,>(work: (given: Given) => Promise<void>) =>
    async (text: Given): Promise<void> => {
      await work(text);
      onClose();
    };
  return (
    <>
      <TemplatePicker
        open={name === 'templates'}
        modality={detail.modality}
        bodyPart={detail.body_part}
        onUse={onUse}
        onClose={onClose}
      />
      <SignDialog
        open={name === 'sign' || name === 'preliminary'}
        preliminary={name === 'preliminary'}
        detail={detail}
        content={content}
        whole={whole}
        onSign={closing((password: string | null) => actions.sign(password, name === 'preliminary'))}
        onClose={onClose}
      />
      <ReasonDialog
        open={name === 'return'}
        title={t('return.title')}
        placeholder={t('return.placeholder')}
        onGo={closing(actions.returnToWriter)}
        onClose={onClose}
      />
      <ReasonDialog
        open={name === 'giveBack'}
        title={t('giveBack.title')}
        placeholder={t('giveBack.placeholder')}
        onGo={closing(actions.giveBack)}
        onClose={onClose}
      />
      <Help open={name === 'help'} onClose={onClose} viewerKeys={viewerKeys()} />
    </>
  );
}
