import type { ReactNode } from 'react';
import type { StageState } from '../stage/state';
import { say } from '../text';
import type { Language } from '../types';
import { COMMANDS, keyName, type Command, type Desk } from './commands';
import { Icon } from './icons';

const SHOWN = COMMANDS.filter((command) => command.icon !== undefined);
const GROUPS = ['tool', 'measure', 'grey', 'place', 'other'] as const;

export interface ToolbarProps {
  readonly desk: Desk;
  readonly state: StageState;
  readonly language: Language;
}

export function Toolbar({ desk, state, language }: ToolbarProps): ReactNode {
  return (
    <div className="lz-viewer-toolbar" role="toolbar" aria-label={say('toolbar', language)}>
      {GROUPS.map((group) => (
        <div key={group} className="lz-viewer-group">
          {SHOWN.filter((command) => command.group === group).map((command) => (
            <ToolButton key={command.id} command={command} desk={desk} state={state} language={language} />
          ))}
          {group === 'grey' && <Presets desk={desk} state={state} language={language} />}
        </div>
      ))}
    </div>
  );
}

function ToolButton({ command, desk, state, language }: ToolbarProps & { readonly command: Command }): ReactNode {
  const label = command.label[language === 'zh' ? 0 : 1];
  const pressed = command.tool === undefined ? (command.id === 'invert' ? state.inverted : undefined) : command.tool === state.tool;
  return (
    <button
      type="button"
      className="lz-viewer-button"
      aria-label={label}
      aria-pressed={pressed}
      aria-keyshortcuts={command.keys[0]}
      onClick={() => command.run(desk)}
    >
      {command.icon && <Icon name={command.icon} />}
      <span className="lz-viewer-tip" aria-hidden="true">
        {label}
        <kbd>{keyName(command.keys[0] ?? '')}</kbd>
      </span>
    </button>
  );
}

function Presets({ desk, state, language }: ToolbarProps): ReactNode {
  if (state.presets.length === 0) return null;
  return (
    <select
      className="lz-viewer-presets"
      aria-label={say('presets', language)}
      value={state.preset ?? ''}
      onChange={(event) => {
        desk.stage.applyPreset(Number(event.target.value));
        event.target.blur(); // so that single keys reach the picture again
      }}
    >
      {state.preset === undefined && <option value="">{language === 'zh' ? '手动' : 'Manual'}</option>}
      {state.presets.map((preset, index) => (
        <option key={`${index} ${preset.name}`} value={index}>{`${index + 1}  ${preset.name}`}</option>
      ))}
    </select>
  );
}
