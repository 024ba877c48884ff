"""Tables that only grow: the database itself refuses to change or remove a row, on SQLite and PostgreSQL alike."""

from alembic import op

_FUNCTION = """
CREATE OR REPLACE FUNCTION lianzhen_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$
"""


def only_grows(table: str) -> None:
    """Refuse UPDATE and DELETE (and on PostgreSQL TRUNCATE) of `table` with an IntegrityError."""
    if op.get_context().dialect.name == "postgresql":
        op.execute(_FUNCTION)
        for name, acts, each in (("grows", "UPDATE OR DELETE", "ROW"), ("keeps", "TRUNCATE", "STATEMENT")):
            op.execute(
                f"CREATE TRIGGER {table}_only_{name} BEFORE {acts} ON {table} "
                f"FOR EACH {each} EXECUTE FUNCTION lianzhen_only_grows()"
            )
        return
    for act in ("update", "delete"):
        op.execute(
            f"CREATE TRIGGER {table}_no_{act} BEFORE {act.upper()} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )


def may_change(table: str) -> None:
    """Lift what `only_grows` put on `table`, for a migration that must rewrite it."""
    if op.get_context().dialect.name == "postgresql":
        op.execute(f"DROP TRIGGER {table}_only_grows ON {table}")
        return
    for act in ("update", "delete"):
        op.execute(f"DROP TRIGGER {table}_no_{act}")
