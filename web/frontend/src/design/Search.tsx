import { Input } from 'antd';

/** The field over a list that narrows it while one types. */
export function Search({ label, hint = label, value, onType }: {
  readonly label: string;
  readonly hint?: string;
  readonly value: string;
  readonly onType: (typed: string) => void;
}) {
  return (
    <Input className="lz-bar-search" allowClear aria-label={label} placeholder={hint} value={value} onChange={(event) => onType(event.target.value)} />
  );
}
