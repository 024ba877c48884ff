import { getLanguage, t } from './i18n';

/** How times, spans and ages are written. Stored in UTC, shown in the county's time (Asia/Shanghai). */

const ZONE = 'Asia/Shanghai';
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

function formatter(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat('zh-CN', { timeZone: ZONE, hourCycle: 'h23', ...options });
}

const clock = formatter({ hour: '2-digit', minute: '2-digit' });
const day = formatter({ year: 'numeric', month: '2-digit', day: '2-digit' });

/** 10:32 */
export function clockTime(at: string | number | Date): string {
  return clock.format(new Date(at));
}

/** 2026-11-22 */
export function date(at: string | number | Date): string {
  return day.format(new Date(at)).replaceAll('/', '-');
}

/** Today only the clock; otherwise month and day too; another year in full. */
export function moment(at: string | null | undefined, now: number = Date.now()): string {
  if (at === null || at === undefined || Number.isNaN(Date.parse(at))) return '–';
  const [its, today] = [date(at), date(now)];
  if (its === today) return clockTime(at);
  const shown = its.slice(0, 4) === today.slice(0, 4) ? its.slice(5) : its;
  return `${shown} ${clockTime(at)}`;
}

/** A length of time in the two largest useful units. */
export function span(milliseconds: number): string {
  const length = Math.abs(milliseconds);
  if (length >= 2 * DAY) return t('time.days', { n: Math.floor(length / DAY) });
  if (length >= HOUR) {
    return t('time.hours', { h: Math.floor(length / HOUR), m: Math.floor((length % HOUR) / MINUTE) });
  }
  return t('time.minutes', { n: Math.floor(length / MINUTE) });
}

export function ago(at: string, now: number): string {
  const passed = now - Date.parse(at);
  return passed < MINUTE ? t('time.justNow') : t('time.ago', { span: span(passed) });
}

export type DeadlineTone = 'none' | 'calm' | 'soon' | 'over';

const SOON_MS = 10 * MINUTE;

/** How near a deadline is: the last ten minutes, or the last third of an emergency's half hour, are near. */
export function deadlineTone(deadline: string | null, now: number): DeadlineTone {
  if (deadline === null) return 'none';
  const left = Date.parse(deadline) - now;
  if (left < 0) return 'over';
  return left <= SOON_MS ? 'soon' : 'calm';
}

export function deadlineText(deadline: string | null, now: number): string {
  if (deadline === null) return t('deadline.none');
  const left = Date.parse(deadline) - now;
  return left < 0 ? t('deadline.over', { span: span(left) }) : t('deadline.left', { span: span(left) });
}

const AGE = /^0*(\d+)([YMWD])$/u;

/** Age as a number of years or as a DICOM Age String (PS3.5 §6.2, AS: 045Y, 006M, 010D). */
export function age(value: string | number | null | undefined): string {
  if (value === null || value === undefined || value === '') return '';
  if (typeof value === 'number') return t('age.years', { n: value });
  const parts = AGE.exec(value);
  const amount = Number(parts?.[1]);
  switch (parts?.[2]) {
    case 'Y':
      return t('age.years', { n: amount });
    case 'M':
      return t('age.months', { n: amount });
    case 'W':
      return t('age.days', { n: amount * 7 });
    case 'D':
      return t('age.days', { n: amount });
    default:
      return /^\d+$/u.test(value) ? t('age.years', { n: Number(value) }) : value;
  }
}

/** Age at a date of birth (2001-02-28 or 20010228) by the county's calendar, as a DICOM Age String; young ones in months or days. */
export function ageAt(birthDate: string | null | undefined, now: number): string | null {
  const parts = /^(\d{4})-?(\d{2})-?(\d{2})$/u.exec(birthDate ?? '');
  if (parts === null) return null;
  const born = new Date(`${parts[1]}-${parts[2]}-${parts[3]}T00:00:00Z`);
  const today = new Date(`${date(now)}T00:00:00Z`);
  const early = today.getUTCDate() < born.getUTCDate() ? 1 : 0;
  const months = (today.getUTCFullYear() - born.getUTCFullYear()) * 12 + today.getUTCMonth() - born.getUTCMonth() - early;
  if (months >= 36) return `${Math.floor(months / 12)}Y`;
  return months >= 1 ? `${months}M` : `${Math.max(0, Math.floor((today.getTime() - born.getTime()) / DAY))}D`;
}

export function sex(value: string | null | undefined): string {
  return value === 'M' || value === 'F' || value === 'O' ? t(`sex.${value}`) : '';
}

/** A person name as DICOM stores it (PS3.5 §6.2.1): the ideographic group first, without the carets. */
export function personName(value: string): string {
  const [alphabetic = '', ideographic = ''] = value.split('=');
  const group = ideographic === '' ? alphabetic : ideographic;
  const joined = /[\u3400-\u9FFF]/u.test(group) ? '' : ' ';
  return group.split('^').filter((part) => part !== '').join(joined) || value;
}

const BODY_PARTS: Readonly<Record<string, string>> = {
  CHEST: '胸部', ABDOMEN: '腹部', PELVIS: '骨盆', SKULL: '头颅', HEAD: '头部', NECK: '颈部', SPINE: '脊柱',
  CSPINE: '颈椎', TSPINE: '胸椎', LSPINE: '腰椎', SHOULDER: '肩关节', ELBOW: '肘关节', WRIST: '腕关节', HAND: '手',
  HIP: '髋关节', KNEE: '膝关节', ANKLE: '踝关节', FOOT: '足', RIB: '肋骨', HEART: '心脏', BREAST: '乳腺',
}; // prettier-ignore

/** Body Part Examined (0018,0015) in words; a text that is no defined term stays as it is. */
export function bodyPart(value: string): string {
  return getLanguage() === 'zh' ? (BODY_PARTS[value.toUpperCase().replaceAll(/[\s_-]/gu, '')] ?? value) : value;
}

export function fileSize(bytes: number): string {
  if (bytes >= 1e9) return `${(bytes / 1e9).toFixed(1)} GB`;
  if (bytes >= 1e6) return `${(bytes / 1e6).toFixed(1)} MB`;
  return `${Math.max(1, Math.round(bytes / 1e3))} kB`;
}
