/** A date of birth as people type it (19800102, 1980-1-2, 1980.1.2, 1980年1月2日) as 1980-01-02; null when there is no such day. */
export function readDate(typed: string): string | null {
  const parts = /^(\d{4})(?:(\d{2})(\d{2})|[-./年](\d{1,2})[-./月](\d{1,2})日?)$/u.exec(typed.trim().replaceAll(/\s/gu, ''));
  if (parts === null) return null;
  const [month, day] = [parts[2] ?? parts[4] ?? '', parts[3] ?? parts[5] ?? ''];
  const iso = `${parts[1]}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  const real = new Date(`${iso}T00:00:00Z`);
  return !Number.isNaN(real.getTime()) && real.toISOString().slice(0, 10) === iso ? iso : null;
}
