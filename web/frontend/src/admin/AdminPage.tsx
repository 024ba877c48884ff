import { Tabs } from 'antd';
import type { ReactNode } from 'react';
import { useNavigate, useParams } from 'react-router';

import { type MessageKey, t } from '../design/i18n';
import { may, useSession } from '../session/context';
import { KeysPart } from '../keys/KeysPart';
import { AccessPart } from './AccessPart';
import { AuditPart } from './AuditPart';
import { DevicesPart } from './DevicesPart';
import { HospitalPart } from './HospitalPart';
import { PeoplePart } from './PeoplePart';
import { SessionsPart } from './SessionsPart';
import { TasksPart } from './TasksPart';
import { TokensPart } from './TokensPart';
import { UnitsPart } from './UnitsPart';

interface Part {
  readonly key: string;
  readonly title: MessageKey;
  readonly content: () => ReactNode;
  readonly administratorOnly: boolean;
}

const PARTS: readonly Part[] = [
  { key: 'devices', title: 'admin.devices', content: () => <DevicesPart />, administratorOnly: true },
  { key: 'hospital', title: 'hospital.title', content: () => <HospitalPart />, administratorOnly: true },
  { key: 'people', title: 'admin.people', content: () => <PeoplePart />, administratorOnly: true },
  { key: 'keys', title: 'keys.title', content: () => <KeysPart />, administratorOnly: true },
  { key: 'units', title: 'admin.units', content: () => <UnitsPart />, administratorOnly: true },
  { key: 'tokens', title: 'token.title', content: () => <TokensPart />, administratorOnly: true },
  { key: 'sessions', title: 'admin.sessions', content: () => <SessionsPart />, administratorOnly: true },
  { key: 'tasks', title: 'admin.tasks', content: () => <TasksPart />, administratorOnly: true },
  { key: 'access', title: 'admin.access', content: () => <AccessPart />, administratorOnly: false },
  { key: 'audit', title: 'admin.audit', content: () => <AuditPart />, administratorOnly: false },
];

/** Simple administration: who may send, who may work, what happened, what is stuck. */
export default function AdminPage() {
  const { person } = useSession();
  const { part } = useParams();
  const navigate = useNavigate();
  const parts = PARTS.filter(({ administratorOnly }) => !administratorOnly || may(person, 'administrator'));
  const active = parts.some(({ key }) => key === part) ? part : parts[0]?.key;
  return (
    <section className="lz-page" aria-labelledby="admin-title">
      <h1 id="admin-title" className="lz-hidden">
        {t('admin.title')}
      </h1>
      <Tabs
        {...(active === undefined ? {} : { activeKey: active })}
        onChange={(key) => void navigate(`/admin/${key}`)}
        destroyOnHidden
        items={parts.map(({ key, title, content }) => ({ key, label: t(title), children: content() }))}
      />
    </section>
  );
}
