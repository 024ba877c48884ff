import type { KeyboardEvent } from 'react';

const FIELDS = 'input:not([type=hidden]):not(:disabled), textarea:not(:disabled), button[type=submit]';

/** One stop for a group of radio buttons: the checked one, else the first. */
function stops(form: HTMLElement): readonly HTMLElement[] {
  const all = [...form.querySelectorAll<HTMLElement>(FIELDS)].filter((field) => field.tabIndex >= 0);
  return all.filter((field) => {
    if (!(field instanceof HTMLInputElement) || field.type !== 'radio') return true;
    const group = all.filter((other) => other instanceof HTMLInputElement && other.type === 'radio' && other.name === field.name);
    const chosen = group.find((other) => other instanceof HTMLInputElement && other.checked) ?? group[0];
    return chosen === field;
  });
}

const groupOf = (field: Element): string =>
  field instanceof HTMLInputElement && field.type === 'radio' ? field.name : '';

/** Enter goes to the next field as technicians are used to; Ctrl+Enter sends the form from anywhere. */
export function advance(event: KeyboardEvent<HTMLElement>, submit: () => void): void {
  const { target } = event;
  if (event.key !== 'Enter' || event.nativeEvent.isComposing || !(target instanceof HTMLElement)) return;
  if (event.ctrlKey || event.metaKey) {
    event.preventDefault();
    submit();
    return;
  }
  if (target instanceof HTMLTextAreaElement || target instanceof HTMLButtonElement || event.defaultPrevented) return;
  if (target.getAttribute('aria-expanded') === 'true') return;
  event.preventDefault();
  const fields = stops(event.currentTarget);
  const here = fields.findIndex((field) => field === target || (groupOf(target) !== '' && groupOf(field) === groupOf(target)));
  fields[here + 1]?.focus();
}
