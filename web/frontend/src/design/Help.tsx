import { Modal } from 'antd';

import { type MessageKey, t } from './i18n';
import { keyCaps, type Scope, SHORTCUT_NAMES, SHORTCUTS } from './keys';

/** Every key of the workstation on one sheet, from the same table that the handlers obey. */

const SCOPES: readonly (readonly [Scope, MessageKey])[] = [
  ['everywhere', 'help.everywhere'],
  ['list', 'help.list'],
  ['reading', 'help.reading'],
];

function Caps({ keys }: { readonly keys: string }) {
  return (
    <span>
      {keyCaps(keys).map((cap) => (
        <kbd key={cap}>{cap}</kbd>
      ))}
    </span>
  );
}

export interface ExtraKey {
  readonly keys: string;
  readonly does: string;
}

export function Help({ open, onClose, viewerKeys = [] }: {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly viewerKeys?: readonly ExtraKey[];
}) {
  return (
    <Modal open={open} onCancel={onClose} footer={null} title={t('help.title')} width={860} rootClassName="lz-help">
      <div className="lz-help-grid">
        {SCOPES.map(([scope, title]) => (
          <section key={scope}>
            <h3>{t(title)}</h3>
            <dl>
              {SHORTCUT_NAMES.filter((name) => SHORTCUTS[name].scope === scope).map((name) => (
                <div key={name}>
                  <dt>
                    {SHORTCUTS[name].keys.map((keys) => (
                      <Caps key={keys} keys={keys} />
                    ))}
                  </dt>
                  <dd>{t(SHORTCUTS[name].does)}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
        {viewerKeys.length > 0 && (
          <section className="lz-help-viewer">
            <h3>{t('help.viewer')}</h3>
            <dl>
              {viewerKeys.map(({ keys, does }) => (
                <div key={keys}>
                  <dt>
                    <Caps keys={keys} />
                  </dt>
                  <dd>{does}</dd>
                </div>
              ))}
            </dl>
          </section>
        )}
      </div>
    </Modal>
  );
}
