import { useQueryClient } from '@tanstack/react-query';
import { App } from 'antd';

import { t } from './i18n';
import { problemText } from './states';

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
