/** Pinyin initials without a dictionary: the browser's Chinese collation orders characters by their reading. */

const collator = new Intl.Collator('zh-CN-u-co-pinyin');
const LETTERS = 'abcdefghjklmnopqrstwxyz';
/** The first character of each initial in that order. */
const FIRST = '阿八嚓哒妸发旮哈讥咔垃妈拏噢妑七呥仨他屲夕丫帀';

/** Characters whose common medical reading differs from their first one. */
const READINGS: Readonly<Record<string, string>> = { 重: 'z', 调: 't', 长: 'c', 曾: 'z', 查: 'c', 区: 'q' };

export function initial(character: string): string {
  if (!/[\u4E00-\u9FFF]/u.test(character)) return character.toLowerCase();
  const reading = READINGS[character];
  if (reading !== undefined) return reading;
  let found = '';
  for (const [index, first] of Array.from(FIRST).entries()) {
    if (collator.compare(first, character) > 0) break;
    found = LETTERS[index] ?? '';
  }
  return found;
}

export const initials = (text: string): string => Array.from(text, initial).join('').replaceAll(/\s/gu, '');

/** Whether a typed word is part of the text or of its pinyin initials: “xbzc” finds 胸部正常. */
export function finds(typed: string, text: string): boolean {
  const wanted = typed.trim().toLowerCase();
  return wanted === '' || text.toLowerCase().includes(wanted) || initials(text).includes(wanted);
}
