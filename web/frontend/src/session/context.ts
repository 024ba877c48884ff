import { createContext, useContext } from 'react';

import type { Person, Role } from '../api/session';

export interface SessionDoor {
  readonly person: Person;
  readonly signOut: () => Promise<void>;
  /** What the server says of the session now. */
  readonly ask: () => void;
  /** Ends every session of the person and opens a new one with the new password. */
  readonly changePassword: (old: string, next: string) => Promise<void>;
}

export const SessionContext = createContext<SessionDoor | null>(null);

export function useSession(): SessionDoor {
  const door = useContext(SessionContext);
  if (door === null) throw new Error('useSession needs a signed-in person');
  return door;
}

export const may = (person: Person, ...roles: readonly Role[]): boolean =>
  roles.some((role) => person.roles.includes(role));
