import type { PatientHeader, Priority } from '../api/worklist';
import { age, ageAt, type DeadlineTone, deadlineText, deadlineTone, personName, sex } from './format';
import { t } from './i18n';
import { useNow } from './useNow';

/** Small things that mean the same on every page. Each says in words or shape what its colour says. */

const DEADLINE_SIGN: Readonly<Record<DeadlineTone, string>> = { none: '', calm: '', soon: '◔ ', over: '▲ ' };

export function Deadline({ at }: { readonly at: string | null }) {
  const now = useNow();
  const tone = deadlineTone(at, now);
  return (
    <span className={`lz-deadline lz-deadline-${tone}`}>
      {DEADLINE_SIGN[tone]}
      {deadlineText(at, now)}
    </span>
  );
}

export function PriorityMark({ priority }: { readonly priority: Priority }) {
  return <span className={`lz-priority lz-priority-${priority.toLowerCase()}`}>{t(`priority.${priority}`)}</span>;
}

export type Tone = 'plain' | 'busy' | 'good' | 'warn' | 'bad';

export function Mark({ tone = 'plain', children }: { readonly tone?: Tone; readonly children: string }) {
  return <span className={`lz-mark lz-mark-${tone}`}>{children}</span>;
}

const STATUS_TONE: Readonly<Record<string, Tone>> = {
  final: 'good',
  amended: 'warn',
  corrected: 'warn',
  appended: 'warn',
  preliminary: 'warn',
  'entered-in-error': 'bad',
};
const STATUSES = ['registered', 'partial', 'preliminary', 'final', 'amended', 'corrected', 'appended', 'cancelled', 'entered-in-error'] as const;

/** Where a report or a version stands; a preliminary one that a clinic has is an emergency report. */
export function StatusMark({ status, issued }: { readonly status: string; readonly issued: boolean }) {
  const known = STATUSES.find((one) => one === status);
  if (known === undefined) return <Mark>{status}</Mark>;
  return <Mark tone={STATUS_TONE[known] ?? 'plain'}>{t(known === 'preliminary' && issued ? 'report.status.emergency' : `report.status.${known}`)}</Mark>;
}

/** Positive and negative are the two words a clinician looks for first. */
export function ResultMark({ positive }: { readonly positive: boolean | null }) {
  if (positive === null) return null;
  return <Mark tone={positive ? 'bad' : 'good'}>{t(positive ? 'report.positive' : 'report.negative')}</Mark>;
}

/** What was done: the kind of device as a mark, and what of. */
export function Exam({ modality, children }: { readonly modality: string; readonly children: string }) {
  return (
    <span>
      <span className="lz-modality">{modality}</span> {children}
    </span>
  );
}

export function Patient({ patient, withId = false }: { readonly patient: PatientHeader; readonly withId?: boolean }) {
  const now = useNow();
  const years = ageAt(patient.birth_date, now) ?? patient.age;
  const facts = [sex(patient.sex), age(years), withId ? patient.patient_id : ''].filter((fact) => fact !== '');
  return (
    <span className="lz-patient">
      <b>{personName(patient.name)}</b> <span>{facts.join(' · ')}</span>
    </span>
  );
}
