import { useQuery } from '@tanstack/react-query';
import { Button, Input, Radio } from 'antd';
import { useState } from 'react';

import type { DecisionDoor, Repeat } from '../api/recognition';
import { t } from '../design/i18n';
import { Trouble } from '../design/states';
import { say } from './words';

/** Two clicks: the case, and that the patient was told. The cases are the county's data. */
export function RepeatForm({ door, busy, onGo }: {
  readonly door: DecisionDoor;
  readonly busy: boolean;
  readonly onGo: (repeat: Repeat) => void;
}) {
  const cases = useQuery({ queryKey: ['recognition-reasons', ...door.key], queryFn: door.reasons, staleTime: 3_600_000 });
  const [code, setCode] = useState<string | null>(null);
  const [note, setNote] = useState('');
  if (cases.error !== null) return <Trouble reason={cases.error} onRetry={() => void cases.refetch()} />;
  const chosen = cases.data?.items.find((one) => one.code === code);
  const missing = chosen?.note_needed === true && note.trim() === '';
  const go = (told: boolean): void => {
    if (chosen !== undefined) onGo({ reason: chosen.code, note: note.trim(), told });
  };
  return (
    <section className="lz-repeat" aria-label={t('recognition.repeat')}>
      <h3>{t('recognition.repeatWhy')}</h3>
      <Radio.Group
        className="lz-repeat-cases"
        value={code}
        onChange={(event) => setCode(String(event.target.value))}
        options={(cases.data?.items ?? []).map((one) => ({ value: one.code, label: say(one) }))}
      />
      {chosen !== undefined && (
        <>
          <Input.TextArea
            rows={2}
            maxLength={500}
            aria-label={t('recognition.note')}
            placeholder={t(chosen.note_needed ? 'recognition.noteNeeded' : 'recognition.note')}
            value={note}
            onChange={(event) => setNote(event.target.value)}
          />
          <p className="lz-candidate-acts">
            <Button size="large" loading={busy} disabled={missing} onClick={() => go(true)}>
              {t('recognition.repeatTold')}
            </Button>
            {!chosen.told_needed && (
              <Button size="large" loading={busy} disabled={missing} onClick={() => go(false)}>
                {t('recognition.repeatUntold')}
              </Button>
            )}
          </p>
        </>
      )}
    </section>
  );
}
