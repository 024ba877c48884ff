import { useQuery } from '@tanstack/react-query';

import { admin, type Unit } from '../api/admin';

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
