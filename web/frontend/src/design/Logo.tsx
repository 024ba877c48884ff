/** The mark of Lianzhen: two units joined, and one signal that runs through both. */
export function Logo({ size = 28 }: { readonly size?: number }) {
  return (
    <svg className="lz-logo" width={size} height={size} viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="8" fill="#0950c4" />
      <circle cx="11.5" cy="16" r="6.75" fill="none" stroke="#fff" strokeWidth="2.4" />
      <circle cx="20.5" cy="16" r="6.75" fill="none" stroke="#9cc4ff" strokeWidth="2.4" />
      <path d="M4 16h9l2-4.5 2.6 9 2-4.5H28" fill="none" stroke="#fff" strokeWidth="1.9" strokeLinejoin="round" />
    </svg>
  );
}
