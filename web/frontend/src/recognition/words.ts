import type { Words } from '../api/recognition';
import { getLanguage } from '../design/i18n';

/** The server's words in the reader's language. */
export const say = (words: Words): string => (getLanguage() === 'zh' ? words.zh : words.en);

/** Money is kept in fen. */
export const yuan = (fen: number): string => (fen % 100 === 0 ? String(fen / 100) : (fen / 100).toFixed(2));
