import { Modal } from 'antd';
import { useState } from 'react';

import { FirstTextArea } from '../design/First';
import { t } from '../design/i18n';
import { type CardText, readCardText } from './readerText';

/** The reader writes here like a keyboard; as soon as the card is whole the form is filled. */
export function CardDialog({ open, onRead, onClose }: {
  readonly open: boolean;
  readonly onRead: (card: CardText) => void;
  readonly onClose: () => void;
}) {
  const [text, setText] = useState('');
  const take = (typed: string): void => {
    const card = readCardText(typed);
    // a reader that writes line by line has not finished before the line with the number ends
    if (card === null || !/[\n|,，;；\t]\s*$|^[^\n]*$/u.test(typed)) setText(typed);
    else {
      setText('');
      onRead(card);
    }
  };
  const go = (): void => {
    const card = readCardText(text);
    if (card !== null) onRead(card);
  };
  const wrong = text.trim().length > 40 && readCardText(text) === null;
  return (
    <Modal
      open={open}
      title={t('registration.card')}
      okText={t('action.ok')}
      cancelText={t('action.cancel')}
      onOk={go}
      onCancel={onClose}
      okButtonProps={{ disabled: readCardText(text) === null }}
      afterClose={() => setText('')}
      destroyOnHidden
      width={480}
    >
      <p className="lz-hint">{t('registration.cardHint')}</p>
      <FirstTextArea rows={7} aria-label={t('registration.card')} value={text} onChange={(event) => take(event.target.value)} />
      <p role="status" className="lz-card-wrong">
        {wrong ? t('registration.cardWrong') : ''}
      </p>
    </Modal>
  );
}
