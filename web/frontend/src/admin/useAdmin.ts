import { useQuery, useQueryClient } from '@tanstack/react-query';
import { App } from 'antd';

import { admin, type Unit } from '../api/admin';
import { t } from '../design/i18n';
import { problemText } from '../design/states';

/** Do a change, say so, and read the list again; a refusal is shown with its reason. */
export function useChange(...lists: readonly string[]): (work: Promise<unknown>, said?: string) => Promise<boolean> {
  const cache = useQueryClient();
  const { message } = App.useApp();
  return async (work, said = t('admin.saved')) => {
    try {
      await work;
    } catch (reason) {
      void message.error(problemText(reason));
      return false;
    }
    void message.success(said);
    for (const list of lists) void cache.invalidateQueries({ queryKey: [list] });
    return true;
  };
}

export interface Units {
  readonly all: readonly Unit[];
  readonly options: { value: string; label: string }[];
  readonly name: (id: string | null) => string;
}

export function useUnits(): Units {
  const units = useQuery({ queryKey: ['units'], queryFn: admin.units, staleTime: 60_000 });
  const all = units.data?.items ?? [];
  return { all, options: all.map(({ id, name }) => ({ value: id, label: name })), name: (id) => all.find((unit) => unit.id === id)?.name ?? '' };
}
