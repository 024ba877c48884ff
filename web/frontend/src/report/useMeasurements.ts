import { App } from 'antd';
import type { TextAreaRef } from 'antd/es/input/TextArea';
import { type RefObject, useCallback, useRef, useState } from 'react';

import { t } from '../design/i18n';
import type { Measurement } from '../viewer/types';
import { inserted } from './content';
import type { DraftDoor } from './useDraft';

/** Measurements wait here until one key writes them into the findings, each once unless it was changed since. */
export interface Measurements {
  readonly waiting: number;
  readonly hear: (measurement: Measurement) => void;
  readonly insert: () => void;
}

export function useMeasurements(draft: DraftDoor, findings: RefObject<TextAreaRef | null>): Measurements {
  const { message } = App.useApp();
  const sentences = useRef(new Map<string, string>());
  const [waiting, setWaiting] = useState(0);

  const hear = useCallback((measurement: Measurement) => {
    if (measurement.change === 'removed') sentences.current.delete(measurement.id);
    else sentences.current.set(measurement.id, measurement.sentence);
    setWaiting(sentences.current.size);
  }, []);

  const insert = (): void => {
    if (sentences.current.size === 0) {
      void message.info(t('read.noMeasure'));
      return;
    }
    const field = findings.current?.resizableTextArea?.textArea;
    const text = draft.content.findings;
    const at = field !== undefined && document.activeElement === field ? field.selectionStart : text.length;
    const { text: next, cursor } = inserted(text, at, [...sentences.current.values()].join('；'));
    draft.change({ findings: next });
    sentences.current.clear();
    setWaiting(0);
    field?.focus();
    requestAnimationFrame(() => field?.setSelectionRange(cursor, cursor));
    void message.success(t('read.measureInserted'));
  };
  return { waiting, hear, insert };
}
