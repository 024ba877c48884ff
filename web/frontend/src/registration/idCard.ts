/** Resident identity numbers (GB 11643-1999): date of birth, sex, and an ISO 7064 MOD 11-2 check character. */

const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const CHECKS = '10X98765432';

export interface IdCardFacts {
  readonly birthDate: string;
  readonly sex: 'M' | 'F';
}

/** What an identity number says, or null when it is not a valid one. */
export function readIdCard(value: string): IdCardFacts | null {
  const digits = value.trim().toUpperCase();
  if (!/^\d{17}[\dX]$/u.test(digits)) return null;
  const sum = WEIGHTS.reduce((total, weight, place) => total + weight * Number(digits[place]), 0);
  if (CHECKS[sum % 11] !== digits[17]) return null;
  const birthDate = `${digits.slice(6, 10)}-${digits.slice(10, 12)}-${digits.slice(12, 14)}`;
  const real = new Date(`${birthDate}T00:00:00Z`);
  if (Number.isNaN(real.getTime()) || real.toISOString().slice(0, 10) !== birthDate) return null;
  return { birthDate, sex: Number(digits[16]) % 2 === 1 ? 'M' : 'F' };
}
