import type { TextAreaRef } from 'antd/es/input/TextArea';
import type { RefObject } from 'react';

import type { Content } from '../api/worklist';
import { type Blank, nextBlank } from './content';

type Field = RefObject<TextAreaRef | null>;

const textOf = (field: Field): HTMLTextAreaElement | undefined => field.current?.resizableTextArea?.textArea;

/** Go to a field: where the cursor was, or to the end of the text at the first time. */
export function goTo(field: Field): void {
  const text = textOf(field);
  const first = text?.selectionStart === 0 && text.selectionEnd === 0;
  field.current?.focus(first ? { cursor: 'end' } : {});
}

/** Select the next 〔blank〕 of a template, so that typing fills it in. */
export function selectNextBlank(content: Content, findings: Field, impression: Field): void {
  const fields = { findings: textOf(findings), impression: textOf(impression) };
  const field: Blank['field'] = document.activeElement === fields.impression ? 'impression' : 'findings';
  const active = fields[field];
  const at = document.activeElement === active ? (active?.selectionEnd ?? 0) : 0;
  const blank = nextBlank(content, { field, at });
  if (blank === null) {
    goTo(field === 'impression' ? impression : findings);
    return;
  }
  fields[blank.field]?.focus();
  fields[blank.field]?.setSelectionRange(blank.start, blank.end);
}
