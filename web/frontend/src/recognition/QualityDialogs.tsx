import { Button, Form, Input, Modal, Select } from 'antd';

import { type NewQuality, QUALITY_KINDS, type Quality, quality, type QualityDevice } from '../api/ledger';
import { FirstInput } from '../design/First';
import { date } from '../design/format';
import { t } from '../design/i18n';
import { neededWords } from '../design/rules';
import { Trouble } from '../design/states';
import { useNow } from '../design/useNow';
import { useSending } from '../design/useSending';

const YEAR_MS = 365 * 86_400_000;

type Entry = Omit<NewQuality, 'device_id'>;

export function EnterQuality({ device, onDone, onClose }: {
  readonly device: QualityDevice | null;
  readonly onDone: () => void;
  readonly onClose: () => void;
}) {
  const { trouble, busy, send, setTrouble } = useSending();
  const now = useNow();
  const start = { kind: 'province', valid_from: date(now), valid_until: date(now + YEAR_MS), certificate: '' } as const;
  return (
    <Modal
      open={device !== null}
      onCancel={onClose}
      afterClose={() => setTrouble(null)}
      title={`${t('quality.enter')} · ${device?.name ?? ''}`}
      footer={null}
      destroyOnHidden
    >
      <Form<Entry> layout="vertical" requiredMark={false} initialValues={start} onFinish={(entry) => send(quality.enter({ ...entry, device_id: device?.id ?? '' }), onDone)}>
        <Form.Item name="certificate" label={t('quality.certificate')} rules={[neededWords(t('quality.certificate'))]}>
          <FirstInput maxLength={64} autoComplete="off" />
        </Form.Item>
        <Form.Item name="kind" label={t('quality.kind')}>
          <Select options={QUALITY_KINDS.map((value) => ({ value, label: t(`quality.kind.${value}`) }))} />
        </Form.Item>
        <div className="lz-form-pair">
          <Form.Item name="valid_from" label={t('quality.from')} rules={[neededWords(t('quality.from'))]}>
            <Input type="date" />
          </Form.Item>
          <Form.Item name="valid_until" label={t('quality.to')} rules={[neededWords(t('quality.to'))]}>
            <Input type="date" />
          </Form.Item>
        </div>
        {trouble !== null && <Trouble reason={trouble} />}
        <Button type="primary" htmlType="submit" loading={busy}>
          {t('quality.enter')}
        </Button>
      </Form>
    </Modal>
  );
}

export function EndQuality({ entry, onDone, onClose }: {
  readonly entry: Quality | null;
  readonly onDone: () => void;
  readonly onClose: () => void;
}) {
  const { trouble, busy, send, setTrouble } = useSending();
  const now = useNow();
  const end = ({ last_day, reason }: { readonly last_day: string; readonly reason: string }): void => send(quality.end(entry?.id ?? '', last_day, reason.trim()), onDone);
  return (
    <Modal
      open={entry !== null}
      onCancel={onClose}
      afterClose={() => setTrouble(null)}
      title={t('quality.endTitle', { device: entry?.device.name ?? '' })}
      footer={null}
      destroyOnHidden
    >
      <Form layout="vertical" requiredMark={false} initialValues={{ last_day: date(now - 86_400_000), reason: '' }} onFinish={end}>
        <Form.Item name="last_day" label={t('quality.lastDay')} rules={[neededWords(t('quality.lastDay'))]}>
          <Input type="date" />
        </Form.Item>
        <Form.Item name="reason" label={t('quality.endReason')} rules={[neededWords(t('quality.endReason'))]}>
          <FirstInput maxLength={200} autoComplete="off" />
        </Form.Item>
        {trouble !== null && <Trouble reason={trouble} />}
        <Button type="primary" danger htmlType="submit" loading={busy}>
          {t('quality.end')}
        </Button>
      </Form>
    </Modal>
  );
}
