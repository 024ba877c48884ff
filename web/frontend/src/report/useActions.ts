import { useQueryClient } from '@tanstack/react-query';
import { App } from 'antd';
import { useState } from 'react';
import { useNavigate } from 'react-router';

import { ApiError, toApiError } from '../api/problem';
import { type Claim, worklist, type WorkitemDetail } from '../api/worklist';
import { t } from '../design/i18n';
import { problemText } from '../design/states';
import { useSession } from '../session/context';
import { claimNext } from '../worklist/claimNext';
import type { Finished } from './Done';
import type { DraftDoor } from './useDraft';

/** What ends the work on an item: sign, return, give back; and what follows it: the next one. */

export interface Actions {
  readonly finished: Finished | null;
  readonly taking: boolean;
  readonly sign: (password: string | null) => Promise<void>;
  readonly returnToWriter: (reason: string) => Promise<void>;
  readonly giveBack: (reason: string) => Promise<void>;
  readonly next: () => void;
  readonly list: () => void;
}

/** Everything typed must be on the server before the item may end. */
async function saved(draft: DraftDoor): Promise<void> {
  const state = await draft.save();
  if (state.is === 'clean' || state.is === 'saved') return;
  if ('problem' in state) throw new ApiError(state.problem);
  throw new ApiError({ status: 0, code: 'not-saved', detail: t('save.offline'), detailEn: t('save.offline') });
}

export function useNext(kind: WorkitemDetail['kind'], uid: string): { readonly taking: boolean; readonly next: () => void } {
  const { person } = useSession();
  const { message } = App.useApp();
  const navigate = useNavigate();
  const [taking, setTaking] = useState(false);
  const next = (): void => {
    if (taking) return;
    setTaking(true);
    claimNext(person.id, kind, uid)
      .then(
        (found) => {
          if (found === null) void message.info(t('worklist.noNext'));
          return navigate(found === null ? '/worklist' : `/read/${found}`);
        },
        (reason: unknown) => void message.error(problemText(reason)),
      )
      .finally(() => setTaking(false));
  };
  return { taking, next };
}

export function useActions(detail: WorkitemDetail, claim: Claim, draft: DraftDoor): Actions {
  const cache = useQueryClient();
  const navigate = useNavigate();
  const [finished, setFinished] = useState<Finished | null>(null);
  const { taking, next } = useNext(detail.kind, detail.uid);
  const { transaction_uid } = claim;

  const end = (result: Finished): void => {
    draft.finish();
    setFinished(result);
    void cache.invalidateQueries({ queryKey: ['worklist'] });
  };
  /** A lost lease shows its banner; the text stays. */
  const guard = async <T>(work: () => Promise<T>): Promise<T> => {
    await saved(draft);
    try {
      return await work();
    } catch (reason) {
      const { status } = toApiError(reason);
      if (status === 412 || status === 410) draft.lose();
      throw reason;
    }
  };

  return {
    finished,
    taking,
    next: () => void draft.save().then(next),
    list: () => void draft.save().then(() => navigate('/worklist')),
    sign: async (password) => {
      const send = detail.kind === 'review' ? worklist.approve : worklist.submit;
      const report = await guard(() =>
        send(detail.uid, { transaction_uid, revision: draft.revision(), content: draft.content, password }),
      );
      end({ title: detail.kind === 'review' ? 'done.approved' : 'done.submitted', report });
    },
    returnToWriter: async (reason) => {
      await guard(() => worklist.returnToWriter(detail.uid, transaction_uid, reason));
      end({ title: 'done.returned', report: null });
    },
    giveBack: async (reason) => {
      await guard(() => worklist.giveBack(detail.uid, transaction_uid, reason));
      end({ title: 'done.givenBack', report: null });
    },
  };
}

