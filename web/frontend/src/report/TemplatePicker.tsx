import { useQuery } from '@tanstack/react-query';
import { Modal } from 'antd';
import { type KeyboardEvent, useState } from 'react';

import { type Template, worklist } from '../api/worklist';
import { FirstInput } from '../design/First';
import { t } from '../design/i18n';
import { ResultMark } from '../design/Marks';
import { finds } from '../design/pinyin';
import { Loading, Trouble } from '../design/states';

interface PickerProps {
  readonly open: boolean;
  readonly modality: string;
  readonly bodyPart: string;
  readonly onClose: () => void;
  readonly onUse: (template: Template, append: boolean) => void;
}

/** Templates by name, text or pinyin initials; arrows choose, Enter uses, Shift+Enter appends. */
export function TemplatePicker({ open, modality, bodyPart, onClose, onUse }: PickerProps) {
  const [typed, setTyped] = useState('');
  const [index, setIndex] = useState(0);
  const templates = useQuery({
    queryKey: ['templates', modality, bodyPart],
    queryFn: () => worklist.templates(modality, bodyPart),
    staleTime: 300_000,
    enabled: open,
  });
  const all = templates.data?.items ?? [];
  const found = all.filter((template) => finds(typed, template.name) || (typed.length > 1 && template.findings.includes(typed)));
  const current = found[Math.min(index, found.length - 1)];

  const press = (event: KeyboardEvent): void => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === 'ArrowDown') setIndex(Math.min(index + 1, found.length - 1));
    else if (event.key === 'ArrowUp') setIndex(Math.max(index - 1, 0));
    else if (event.key === 'Enter' && current !== undefined) onUse(current, event.shiftKey);
    else return;
    event.preventDefault();
  };

  return (
    <Modal
      open={open}
      onCancel={onClose}
      footer={<span className="lz-hint">{t('template.hint')}</span>}
      title={t('template.title')}
      width={760}
      destroyOnHidden
      afterClose={() => {
        setTyped('');
        setIndex(0);
      }}
    >
      <FirstInput
        role="combobox"
        aria-expanded="true"
        aria-controls="template-list"
        aria-activedescendant={current === undefined ? undefined : `template-${current.id}`}
        aria-label={t('template.search')}
        placeholder={t('template.search')}
        value={typed}
        onChange={(event) => {
          setTyped(event.target.value);
          setIndex(0);
        }}
        onKeyDown={press}
      />
      {templates.isPending && <Loading rows={4} />}
      {templates.error !== null && <Trouble reason={templates.error} onRetry={() => void templates.refetch()} />}
      {templates.data !== undefined && found.length === 0 && (
        <p className="lz-hint">{t(all.length === 0 ? 'template.empty' : 'template.none')}</p>
      )}
      <div className="lz-templates">
        <TemplateList found={found} current={current} onChoose={setIndex} onUse={onUse} />
        {current !== undefined && <Preview template={current} />}
      </div>
    </Modal>
  );
}

function TemplateList({ found, current, onChoose, onUse }: {
  readonly found: readonly Template[];
  readonly current: Template | undefined;
  readonly onChoose: (index: number) => void;
  readonly onUse: (template: Template, append: boolean) => void;
}) {
  return (
    <div id="template-list" role="listbox" aria-label={t('template.title')}>
      {found.map((template, place) => (
        <div
          key={template.id}
          id={`template-${template.id}`}
          role="option"
          tabIndex={-1}
          aria-selected={template === current}
          onMouseEnter={() => onChoose(place)}
          onClick={(event) => onUse(template, event.shiftKey)}
          onKeyDown={(event) => event.key === 'Enter' && onUse(template, event.shiftKey)}
        >
          {template.name} <ResultMark positive={template.positive} />
        </div>
      ))}
    </div>
  );
}

function Preview({ template }: { readonly template: Template }) {
  return (
    <div className="lz-template-preview">
      <h4>{t('read.findings')}</h4>
      <p>{template.findings}</p>
      <h4>{t('read.impression')}</h4>
      <p>{template.impression}</p>
    </div>
  );
}
