import type { Choices, OrderChoice } from '../api/matching';
import { date, personName, sex } from '../design/format';
import { t } from '../design/i18n';

const RADIOGRAPHY = ['CR', 'DX', 'DR'];
const alike = (one: string, other: string): boolean => one === other || (RADIOGRAPHY.includes(one) && RADIOGRAPHY.includes(other));

/** 20260601 or 2026-06-01 as 2026-06-01. */
const plainDay = (text: string | null | undefined): string => {
  const digits = (text ?? '').replaceAll('-', '');
  return /^\d{8}$/u.test(digits) ? `${digits.slice(0, 4)}-${digits.slice(4, 6)}-${digits.slice(6)}` : '';
};

interface Line {
  readonly title: string;
  readonly film: string;
  readonly order: string;
  readonly same: boolean;
}

/** What is missing on one side contradicts nothing. */
const line = (title: string, film: string, order: string, same: boolean = film === order): Line => ({
  title,
  film,
  order,
  same: same || film === '' || order === '',
});

function lines({ study, unit_name: unit }: Choices, order: OrderChoice): readonly Line[] {
  const { patient } = order;
  const filmId = study.patient.patient_id;
  const ids = [patient.patient_id, patient.id_card ?? ''];
  return [
    line(t('orders.name'), personName(study.patient.name), personName(patient.name), order.same_name),
    line(t('orders.sex'), sex(study.patient.sex), sex(patient.sex)),
    line(t('orders.birthDate'), plainDay(study.patient.birth_date), plainDay(patient.birth_date)),
    line(t('orders.patientId'), filmId, patient.patient_id, ids.includes(filmId)),
    line(t('orders.idCard'), '', patient.id_card ?? ''),
    line(t('orders.accession'), study.accession_number, order.accession_number),
    line(t('orders.item'), study.description, order.item_name, true),
    line(t('matching.kind'), study.modality, order.modality, alike(study.modality, order.modality)),
    line(t('matching.day'), plainDay(study.study_date), date(order.requested_at)),
    line(t('matching.unit'), unit, order.issuer_name),
  ];
}

/** Both headers side by side, line by line; what differs is marked in words. */
export function Compare({ choices, order }: { readonly choices: Choices; readonly order: OrderChoice }) {
  return (
    <table className="lz-compare">
      <thead>
        <tr>
          <th scope="col">{t('matching.header')}</th>
          <th scope="col">{t('matching.film')}</th>
          <th scope="col">{t('matching.order')}</th>
        </tr>
      </thead>
      <tbody>
        {lines(choices, order).map(({ title, film, order: asked, same }) => (
          <tr key={title} className={same ? undefined : 'lz-compare-differs'}>
            <th scope="row">{title}</th>
            <td>{film || '–'}</td>
            <td>
              {asked || '–'}
              {!same && <small> {t('matching.differs')}</small>}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
