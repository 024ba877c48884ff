import type { Offer } from '../api/recognition';
import { t } from '../design/i18n';
import { Mark } from '../design/Marks';
import { say } from './words';

/** What was found and does not count, each with every reason; a name alone is nobody. */
export function Refusals({ offer }: { readonly offer: Offer }) {
  if (offer.refused.length === 0 && offer.name_only === 0) return null;
  return (
    <details className="lz-refusals" open={offer.candidates.length === 0}>
      <summary>{t('recognition.refused', { n: offer.refused.length })}</summary>
      <ul>
        {offer.refused.map((result) => (
          <li key={`${result.report_id}/${result.number}`}>
            <b>{result.item_name}</b> <span>{result.unit.name}</span> <time dateTime={result.examined_on}>{result.examined_on}</time>
            <span className="lz-refusals-why">
              {result.reasons.map((reason) => (
                <Mark key={reason.code} tone="warn">
                  {say(reason)}
                </Mark>
              ))}
            </span>
          </li>
        ))}
        {offer.name_only > 0 && <li className="lz-hint">{t('recognition.nameOnly', { n: offer.name_only })}</li>}
      </ul>
    </details>
  );
}
