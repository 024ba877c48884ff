import { useEffect, useRef, type ReactNode } from 'react';
import { say } from '../text';
import type { Language } from '../types';
import { COMMANDS, keyName, type Group } from './commands';

const GROUPS: readonly (readonly [Group, zh: string, en: string])[] = [
  ['tool', '鼠标工具', 'Mouse tools'],
  ['measure', '测量', 'Measure'],
  ['grey', '灰阶', 'Grey'],
  ['place', '位置', 'Place'],
  ['move', '翻页', 'Go to'],
  ['other', '其他', 'Other'],
];

interface HelpProps {
  readonly language: Language;
  readonly onClose: () => void;
}

export function Help({ open, ...props }: HelpProps & { readonly open: boolean }): ReactNode {
  if (!open) return null;
  return (
    <div className="lz-viewer-veil" onKeyDown={(event) => event.key === 'Escape' && props.onClose()} role="presentation">
      <Card {...props} />
    </div>
  );
}

function Card({ language, onClose }: HelpProps): ReactNode {
  const zh = language === 'zh';
  const close = useRef<HTMLButtonElement>(null);
  useEffect(() => close.current?.focus(), []);
  return (
    <div className="lz-viewer-help" role="dialog" aria-modal="true" aria-label={say('help', language)}>
      <header>
        <h2>{say('help', language)}</h2>
        <button ref={close} type="button" className="lz-viewer-retry" onClick={onClose}>
          {say('close', language)} <kbd>Esc</kbd>
        </button>
      </header>
      <div className="lz-viewer-help-groups">
        {GROUPS.map(([group, nameZh, nameEn]) => (
          <section key={group}>
            <h3>{zh ? nameZh : nameEn}</h3>
            <dl>
              {COMMANDS.filter((command) => command.group === group).map((command) => (
                <Row key={command.id} keys={command.keys} label={command.label[zh ? 0 : 1]} />
              ))}
              {group === 'grey' && <Row keys={['1 – 9']} label={zh ? '窗值预设' : 'Window presets'} />}
            </dl>
          </section>
        ))}
      </div>
      <p className="lz-viewer-dim">{say('mouse', language)}</p>
    </div>
  );
}

function Row({ keys, label }: { readonly keys: readonly string[]; readonly label: string }): ReactNode {
  return (
    <div>
      <dt>{keys.map((key) => <kbd key={key}>{keyName(key)}</kbd>)}</dt>
      <dd>{label}</dd>
    </div>
  );
}
