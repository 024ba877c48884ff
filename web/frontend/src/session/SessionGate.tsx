import { useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useCallback, useEffect, useMemo, useState } from 'react';

import { onExpired, onUnfinished, setCsrf } from '../api/client';
import { toApiError } from '../api/problem';
import { type Person, session as api, type Session } from '../api/session';
import { Logo } from '../design/Logo';
import { Trouble } from '../design/states';
import { ChangePassword } from './ChangePassword';
import { SessionContext, type SessionDoor } from './context';
import { lastAccount } from './lastAccount';
import { resumeGate } from './resume';
import { ResumeDialog } from './ResumeDialog';
import { SecondFactorPage } from './SecondFactor';
import { SignIn } from './SignIn';

/** Nobody passes without a session; an expired one is renewed over the page, so that nothing on it is lost. */

onExpired(() => resumeGate.ask());

type State = { readonly is: 'asking' } | { readonly is: 'out' } | { readonly is: 'in'; readonly session: Session } | { readonly is: 'down'; readonly reason: unknown };

/** What the sign-in still needs comes before every page. */
function Unfinished({ person, onDone, children }: {
  readonly person: Person;
  readonly onDone: () => void;
  readonly children: ReactNode;
}) {
  if (person.must_change_password) return <ChangePassword forced onDone={() => undefined} />;
  if (person.second_factor_needed) return <SecondFactorPage onDone={onDone} />;
  return children;
}

export function SessionGate({ children }: { readonly children: ReactNode }) {
  const [state, setState] = useState<State>({ is: 'asking' });
  const cache = useQueryClient();

  const enter = useCallback((session: Session) => {
    setCsrf(session.csrf);
    resumeGate.belongsTo(session.person.account);
    lastAccount.write(session.person.account);
    setState({ is: 'in', session });
  }, []);

  const leave = useCallback(() => {
    setCsrf('');
    resumeGate.belongsTo(null);
    cache.clear();
    setState({ is: 'out' });
  }, [cache]);

  const ask = useCallback(() => {
    api.current().then(enter, (reason: unknown) => {
      if (toApiError(reason).status === 401) leave();
      else setState({ is: 'down', reason });
    });
  }, [enter, leave]);
  useEffect(ask, [ask]);
  useEffect(() => onUnfinished(ask), [ask]);

  const current = state.is === 'in' ? state.session : null;
  const door = useMemo((): SessionDoor | null => {
    if (current === null) return null;
    return {
      person: current.person,
      ask,
      signOut: async () => {
        await api.close().catch(() => undefined);
        lastAccount.forget();
        leave();
      },
      changePassword: async (old, next) => {
        enter(await api.changePassword(old, next));
      },
    };
  }, [ask, current, enter, leave]);

  if (state.is === 'asking') {
    return (
      <div className="lz-alone">
        <Logo size={52} />
      </div>
    );
  }
  if (state.is === 'down') {
    return (
      <main className="lz-alone">
        <Trouble reason={state.reason} onRetry={ask} />
      </main>
    );
  }
  if (door === null) return <SignIn onOpened={enter} />;
  return (
    <SessionContext value={door}>
      <Unfinished person={door.person} onDone={ask}>
        {children}
      </Unfinished>
      <ResumeDialog account={door.person.account} name={door.person.name} onOpened={enter} onLeave={leave} />
    </SessionContext>
  );
}
