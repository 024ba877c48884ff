import { Tooltip } from 'antd';

import type { Match } from '../api/matching';
import { moment } from '../design/format';
import { t } from '../design/i18n';
import { Mark } from '../design/Marks';

/** How a study met its order, or the doubt for which it has none: two words, the whole sentence on demand. */
export function Met({ match }: { readonly match: Match | null }) {
  if (match === null) return <span>–</span>;
  const facts = { name: match.decided_name, time: moment(match.decided_at) };
  const { how, doubt } = match;
  if (how !== null) {
    return (
      <Tooltip title={t(`matching.how.${how}.long`, facts)}>
        <span>
          <Mark tone="good">{t(`matching.how.${how}`)}</Mark>
        </span>
      </Tooltip>
    );
  }
  if (doubt === null) return <span>–</span>;
  return (
    <Tooltip title={t(`matching.doubt.${doubt}.long`, facts)}>
      <span>
        <Mark tone={doubt === 'no-order' ? 'plain' : 'warn'}>{t(`matching.doubt.${doubt}`)}</Mark>
      </span>
    </Tooltip>
  );
}
