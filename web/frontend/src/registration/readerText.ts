import { readIdCard } from './idCard';

/** The text of an ID-card reader that writes like a keyboard: labelled lines, bare lines, or one delimited line. */

export interface CardText {
  readonly name: string;
  readonly idCard: string;
  readonly birthDate: string;
  readonly sex: 'M' | 'F';
  readonly address: string;
}

const NUMBER = /(?<![0-9A-Za-z])[1-9]\d{16}[\dXx](?![0-9A-Za-z])/gu;
/** Labels as cards and readers print them; blanks between the characters are usual. */
const LABELS = {
  name: '姓\\s*名|Name',
  sex: '性\\s*别|Sex|Gender',
  nation: '民\\s*族|Nation(?:ality)?|Ethnicity',
  birth: '出\\s*生(?:\\s*日\\s*期)?|Birth(?:\\s*date)?',
  address: '住\\s*址|地\\s*址|Address',
  number: '(?:公\\s*民\\s*)?身\\s*份\\s*(?:证\\s*)?(?:证\\s*)?号\\s*码?|证\\s*件\\s*号\\s*码?|(?:ID\\s*)?(?:Number|No\\.?)',
} as const;
const EVERY_LABEL = Object.values(LABELS).join('|');
const PARTS = /[|,，;；\t\r\n^#~]+/u;
const NO_NAME = /^(?:男|女|[MF]|.{1,7}族|汉|\d.*|.*[年月日省市县区镇乡村路号].*)$/u;
const NAME = /^[\p{L}·•. ]{2,64}$/u;

/** The value behind a label, to the next label or the end of the line. */
function labelled(text: string, label: string): string {
  const found = new RegExp(`(?:${label})\\s*[:：=]?\\s*(.*?)\\s*(?=[|,，;；\\t\\r\\n^#~]|(?:${EVERY_LABEL})\\s*[:：=]?|$)`, 'iu').exec(text);
  return found?.[1]?.trim() ?? '';
}

const hasLabels = (text: string): boolean => new RegExp(`姓\\s*名|Name\\s*[:：=]`, 'iu').test(text);

function bareName(parts: readonly string[], at: number): string {
  const before = at === -1 ? parts : parts.slice(0, at);
  return before.find((part) => NAME.test(part) && !NO_NAME.test(part)) ?? '';
}

function bareAddress(parts: readonly string[]): string {
  return parts.find((part) => /[省市县区州旗]/u.test(part) && part.length > 6 && !/公安/u.test(part)) ?? '';
}

/** What a card says, or null when there is no valid number with a name in the text. */
export function readCardText(text: string): CardText | null {
  const idCard = [...text.matchAll(NUMBER)].map(([number]) => number.toUpperCase()).find((number) => readIdCard(number) !== null);
  if (idCard === undefined) return null;
  const facts = readIdCard(idCard);
  const parts = text.split(PARTS).map((part) => part.trim()).filter((part) => part !== '');
  const at = parts.findIndex((part) => part.toUpperCase().includes(idCard));
  const name = hasLabels(text) ? labelled(text, LABELS.name) : bareName(parts, at);
  if (facts === null || name === '') return null;
  const address = hasLabels(text) ? labelled(text, LABELS.address) : bareAddress(parts);
  return { name: name.replaceAll(/\s+/gu, /[㐀-鿿]/u.test(name) ? '' : ' '), idCard, ...facts, address };
}

/** Whether a text is more than a name or a number that somebody types. */
export const looksLikeCard = (text: string): boolean => text.trim().length > 20 && readCardText(text) !== null;
