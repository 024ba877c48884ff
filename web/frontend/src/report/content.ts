import type { Content, Template, WorkitemDetail } from '../api/worklist';
import type { MessageKey } from '../design/i18n';

export const EMPTY: Content = { findings: '', impression: '', positive: null, recommendation: '', addendum: '', key_images: [] };

/** What the writer of a reviewed report wrote, or what was saved last. */
export function startOf({ draft, report, state }: WorkitemDetail): Content {
  if (draft !== null && draft.revision > 0 && state !== 'COMPLETED') return draft.content;
  return report?.content ?? draft?.content ?? EMPTY;
}

export function sameContent(one: Content, other: Content): boolean {
  return (
    one.findings === other.findings &&
    one.impression === other.impression &&
    one.positive === other.positive &&
    one.recommendation === other.recommendation &&
    one.addendum === other.addendum &&
    JSON.stringify(one.key_images) === JSON.stringify(other.key_images)
  );
}

const BLANK = /〔[^〕]*〕/u;

export interface Blank {
  readonly field: 'findings' | 'impression';
  readonly start: number;
  readonly end: number;
}

/** The next place that a template left to be filled in, after a position in a field, then from the beginning. */
export function nextBlank(content: Content, from: { readonly field: Blank['field']; readonly at: number }): Blank | null {
  const other = from.field === 'findings' ? 'impression' : 'findings';
  const places = [
    { field: from.field, at: from.at },
    { field: other, at: 0 },
    { field: from.field, at: 0 },
  ] as const;
  for (const { field, at } of places) {
    const found = BLANK.exec(content[field].slice(at));
    if (found !== null) return { field, start: at + found.index, end: at + found.index + found[0].length };
  }
  return null;
}

/** What is still missing before a report may be signed, in the order in which it is written. */
export function missing(content: Content): MessageKey | null {
  if (content.findings.trim() === '') return 'read.findingsMissing';
  if (content.impression.trim() === '') return 'read.incomplete';
  if (nextBlank(content, { field: 'findings', at: 0 }) !== null) return 'read.blankLeft';
  return content.positive === null ? 'read.positiveMissing' : null;
}

const below = (text: string, more: string): string => (text.trim() === '' ? more : `${text.trimEnd()}\n${more}`);

export function withTemplate(content: Content, template: Template, append: boolean): Content {
  return {
    ...content,
    findings: append ? below(content.findings, template.findings) : template.findings,
    impression: append ? below(content.impression, template.impression) : template.impression,
    recommendation: template.recommendation === '' ? content.recommendation : template.recommendation,
    positive: append && content.positive === true ? true : template.positive,
  };
}

/** Put a text where the cursor is, with a full stop before it when a sentence is open. */
export function inserted(text: string, at: number, what: string): { readonly text: string; readonly cursor: number } {
  const before = text.slice(0, at);
  const joint = before === '' || /[\s。；;，,：:]$/u.test(before) ? '' : '；';
  const put = joint + what;
  return { text: before + put + text.slice(at), cursor: at + put.length };
}

/** The whole report as plain text, for copying. */
export function asText(content: Content, titles: readonly [string, string, string]): string {
  return [content.findings, content.impression, content.recommendation]
    .map((text, index) => (text.trim() === '' ? '' : `${titles[index]}：\n${text}`))
    .filter((part) => part !== '')
    .join('\n\n');
}
