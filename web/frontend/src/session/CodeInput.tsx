import type { InputProps } from 'antd';

import { FirstInput } from '../design/First';
import { t } from '../design/i18n';

/** Six digits of the authenticator, or a recovery code. */
export function CodeInput(props: InputProps) {
  return (
    <FirstInput
      {...props}
      className="lz-number"
      inputMode="text"
      autoComplete="one-time-code"
      spellCheck={false}
      maxLength={16}
      placeholder={t('factor.codeHint')}
    />
  );
}
