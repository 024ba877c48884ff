import { t } from '../design/i18n';

export const KINDS = ['lead', 'township', 'community'] as const;
export const LEVELS = ['province', 'prefecture', 'county', 'township', 'village'] as const;

export const kindWords = (kind: string): string => {
  const known = KINDS.find((one) => one === kind);
  return known === undefined ? kind : t(`unit.kind.${known}`);
};

export const levelWords = (level: string | null): string => {
  const known = LEVELS.find((one) => one === level);
  return known === undefined ? '–' : t(`unit.level.${known}`);
};
