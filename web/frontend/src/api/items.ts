/** A list as the server answers it; a long one continues at its cursor. */
export interface Items<Row> {
  readonly items: readonly Row[];
  readonly next_cursor?: string | null;
}
