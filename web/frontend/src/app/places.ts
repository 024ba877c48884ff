import type { Person, Role } from '../api/session';
import type { MessageKey } from '../design/i18n';
import { may } from '../session/context';

export interface Place {
  readonly path: string;
  readonly title: MessageKey;
  readonly roles: readonly Role[];
}

const READERS: readonly Role[] = ['radiologist', 'reviewer', 'cardiologist', 'laboratory-physician'];

/** Where a person may go, most important first: the first place is home. */
export const PLACES: readonly Place[] = [
  { path: '/worklist', title: 'nav.worklist', roles: READERS },
  { path: '/upload', title: 'nav.upload', roles: ['technician'] },
  { path: '/inbox', title: 'nav.inbox', roles: ['clinician'] },
  { path: '/recognition', title: 'nav.recognition', roles: ['clinician', 'technician'] },
  { path: '/emergency', title: 'nav.emergency', roles: ['clinician'] },
  { path: '/orders', title: 'nav.orders', roles: ['technician'] },
  { path: '/unmatched', title: 'nav.unmatched', roles: ['technician'] },
  { path: '/patients', title: 'nav.patients', roles: ['technician', 'clinician', ...READERS] },
  { path: '/studies', title: 'nav.studies', roles: ['technician', 'clinician', ...READERS, 'quality-officer'] },
  { path: '/admin', title: 'nav.admin', roles: ['administrator', 'quality-officer'] },
  { path: '/ledger', title: 'nav.ledger', roles: ['quality-officer', 'administrator', 'clinician'] },
  { path: '/device-quality', title: 'nav.quality', roles: ['quality-officer'] },
  { path: '/roster', title: 'nav.roster', roles: ['technician', 'clinician', ...READERS, 'quality-officer', 'administrator'] },
  { path: '/catalogue', title: 'nav.catalogue', roles: ['administrator', 'quality-officer'] },
];

export const placesOf = (person: Person): readonly Place[] => PLACES.filter(({ roles }) => may(person, ...roles));
