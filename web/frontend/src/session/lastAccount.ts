/** Who was signed in in this tab: after a reload with an expired session only the password is missing. */
const KEY = 'lianzhen.account';

export const lastAccount = {
  read: (): string => sessionStorage.getItem(KEY) ?? '',
  write: (account: string): void => sessionStorage.setItem(KEY, account),
  forget: (): void => sessionStorage.removeItem(KEY),
};
