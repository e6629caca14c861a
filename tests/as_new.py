"""Databases used again: after a test one is put back as it was, which is faster than a new copy.

Rows and counters go back to what the template has. Whatever else a test did to its database
(a table made, a trigger left switched off, a setting) shows in a fingerprint of the catalogue,
and so does growth in its size: such a database is dropped, and the next test gets a new copy.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import psycopg
from psycopg import sql
from sqlalchemy import URL

from app.database.databases import create_statement, drop_database

GROWTH = 6_000_000
"""Bytes a database may grow by its tests' dead rows before a new copy is cheaper to work with."""

_TABLES = """
    SELECT c.relname FROM pg_class c
     WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' ORDER BY 1"""

# What is not rows: each part changes when something of its kind is made, altered or dropped.
# Statistics are written into pg_class in place, so only what describes a relation is taken.
_FINGERPRINT = """
    SELECT md5(concat_ws('|',
      (SELECT string_agg(concat_ws(' ', oid, relname, relowner, relacl::text, relrowsecurity),
                         ',' ORDER BY oid) FROM pg_class WHERE oid >= 16384
                                                           AND relpersistence <> 't'),
      (SELECT string_agg(xmin::text, ',' ORDER BY oid) FROM pg_proc WHERE oid >= 16384),
      (SELECT string_agg(xmin::text || tgenabled::text, ',' ORDER BY oid) FROM pg_trigger),
      (SELECT string_agg(xmin::text || convalidated::text, ',' ORDER BY oid)
         FROM pg_constraint WHERE oid >= 16384),
      (SELECT string_agg(xmin::text, ',' ORDER BY attrelid, attnum)
         FROM pg_attribute WHERE attrelid >= 16384 AND attrelid IN (
              SELECT oid FROM pg_class WHERE relkind = 'r' AND relpersistence <> 't')),
      (SELECT string_agg(nspname || coalesce(nspacl::text, ''), ',' ORDER BY oid)
         FROM pg_namespace WHERE nspname !~ '^pg_'),
      (SELECT string_agg(setconfig::text, ',' ORDER BY setdatabase, setrole)
         FROM pg_db_role_setting),
      (SELECT concat(datallowconn, datconnlimit, datacl, shobj_description(oid, 'pg_database'))
         FROM pg_database WHERE datname = current_database())))"""


@dataclass(frozen=True, slots=True)
class _Pristine:
    """What a fresh copy of the template holds."""

    rows: dict[str, bytes]
    counters: tuple[tuple[str, int, bool], ...]
    empty_them: str
    size: int
    fingerprint: str


class Shelf:
    """One worker's databases made from a template: at most one lies here, as good as new.

    They are numbered, or are all called `prefix`: one after the other, never two at a time.
    """

    def __init__(self, address: URL, template: str, prefix: str, *, numbered: bool = True) -> None:
        self._address = address.set(drivername="postgresql")
        self._template = template
        self._prefix = prefix
        self._numbered = numbered
        self._made = 0
        self._ready: str | None = None
        self._caretaker: psycopg.Connection[tuple[object, ...]] | None = None
        self._pristine: _Pristine | None = None

    def take(self) -> str:
        """A database that holds what the template holds and nothing else; its name."""
        name, self._ready = self._ready, None
        if name is not None:
            return name
        self._made += 1
        name = f"{self._prefix}_{self._made}" if self._numbered else self._prefix
        self._drop(name)  # One of an earlier run that was cut short.
        with self._open("postgres") as admin:
            admin.execute(
                create_statement(name, admin.info.server_version // 10000, self._template)
            )
            # What the template keeps strangers from is not copied with it (database/roles.py).
            admin.execute(
                sql.SQL("REVOKE TEMPORARY ON DATABASE {} FROM PUBLIC").format(sql.Identifier(name))
            )
        if self._pristine is None:
            self._pristine = self._look_at(name)
        return name

    def give_back(self, name: str, stay: Collection[int] = ()) -> None:
        """Take a database back after its test.

        Whoever is still connected to it is cut off, but for the server's processes that `stay`.
        """
        if self._ready is None and self._is_as_new(name, stay):
            self._ready = name
        else:
            self._dismiss()
            self._drop(name)

    def close(self) -> None:
        """Drop what lies here."""
        self._dismiss()
        if self._ready is not None:
            self._drop(self._ready)
            self._ready = None

    def _care_for(self, name: str) -> psycopg.Connection[tuple[object, ...]]:
        """The connection that puts this database back; it is kept as long as the database is."""
        if self._caretaker is None or self._caretaker.info.dbname != name:
            self._dismiss()
            self._caretaker = self._open(name)
        return self._caretaker

    def _dismiss(self) -> None:
        if self._caretaker is not None:
            self._caretaker.close()
            self._caretaker = None

    def _open(self, database: str) -> psycopg.Connection[tuple[object, ...]]:
        address = self._address.set(database=database)
        return psycopg.connect(address.render_as_string(hide_password=False), autocommit=True)

    def _drop(self, name: str) -> None:
        drop_database(self._address.set(drivername="postgresql+psycopg"), name)

    def _look_at(self, name: str) -> _Pristine:
        """Read a fresh copy before its first test."""
        with self._open(name) as found:
            tables = [str(row[0]) for row in found.execute(_TABLES)]
            rows = {}
            for table in tables:
                with found.cursor().copy(_copy(table, "TO STDOUT")) as out:
                    if text := b"".join(bytes(part) for part in out):
                        rows[table] = text
            counters = []
            for (sequence,) in found.execute(
                "SELECT oid::regclass::text FROM pg_class WHERE relkind = 'S' ORDER BY 1"
            ).fetchall():
                last, called = found.execute(
                    f"SELECT last_value, is_called FROM {sequence}".encode()
                ).fetchall()[0]
                counters.append((str(sequence), int(str(last)), bool(called)))
            return _Pristine(
                rows=rows,
                counters=tuple(counters),
                empty_them="".join(f'DELETE FROM "{table}";' for table in tables),
                size=self._size(found),
                fingerprint=self._fingerprint(found),
            )

    def _is_as_new(self, name: str, stay: Collection[int]) -> bool:
        """Put the template's rows back; False when a new copy is called for."""
        before = self._pristine
        assert before is not None
        try:
            used = self._care_for(name)
            used.execute(
                """SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
                    WHERE datname = current_database() AND pid <> pg_backend_pid()
                      AND pid <> ALL (%s)""",
                [list(stay)],
            )
            if self._size(used) > before.size + GROWTH:
                return False
            if self._fingerprint(used) != before.fingerprint:
                return False
            with used.transaction():
                # Neither triggers nor foreign keys are asked: what comes back was right before.
                used.execute("SET LOCAL session_replication_role = replica")
                used.execute(before.empty_them.encode())
                for table, text in before.rows.items():
                    with used.cursor().copy(_copy(table, "FROM STDIN")) as into:
                        into.write(text)
                used.execute(
                    "SELECT setval(c::regclass, v, u)"
                    "  FROM unnest(%s::text[], %s::bigint[], %s::boolean[]) AS x (c, v, u)",
                    [list(part) for part in zip(*before.counters, strict=True)],
                )
        except psycopg.Error:  # A test that broke its database: it gets no second use.
            return False
        return True

    def _size(self, found: psycopg.Connection[tuple[object, ...]]) -> int:
        return _number(found, "SELECT pg_database_size(current_database())")

    def _fingerprint(self, found: psycopg.Connection[tuple[object, ...]]) -> str:
        return str(found.execute(_FINGERPRINT).fetchall()[0][0])


def _copy(table: str, way: str) -> sql.Composed:
    return sql.SQL("COPY {} " + way).format(sql.Identifier("public", table))


def _number(found: psycopg.Connection[tuple[object, ...]], question: str) -> int:
    return int(str(found.execute(question.encode()).fetchall()[0][0]))
