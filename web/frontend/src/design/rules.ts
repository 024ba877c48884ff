import { t } from './i18n';

/** What a form asks of a field. */

export const needed = (field: string) => ({ required: true, message: t('orders.needed', { field }) });

/** Of a field with words in it: blanks are nothing. */
export const neededWords = (field: string) => ({ ...needed(field), whitespace: true });
