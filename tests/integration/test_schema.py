"""The database is what the models say, and its own code cannot be turned against it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine
from sqlalchemy.dialects.postgresql.base import ischema_names

from app.core.actor import Group
from app.models import Base
from app.models.commands import TransactionId
from tests.factories.day import Day

DERIVED = {
    "sales_order": ("status", "is_short"),
    "sales_order_line": (
        "allocated",
        "staged",
        "loaded",
        "boxed",
        "packed",
        "returned",
        "performed",
        "drop_ordered",
        "drop_confirmed",
        "invoiced",
        "credited",
        "rebillable",
        "wanted",
        "open",
        "backordered",
        "invoiceable",
    ),
    "order_charge": ("invoiced",),
    "shipment_charge": ("shipment_id", "description", "rate", "amount", "is_invoiced"),
    "stock_balance": ("item_id", "lot_id", "location_id", "on_hand", "allocated"),
    "stock_move": ("entered_at", "command_id"),
    "allocation": ("command_id", "since"),
}
"""What the database derives; nobody writes it, not even a manager with a terminal."""


def _differences(found: Any) -> Iterator[Any]:
    for each in found:
        if isinstance(each, list):
            yield from each
        else:
            yield each


def test_the_migrations_make_exactly_what_the_models_say(
    owner: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Reflection does not know the type of transaction ids by itself.
    monkeypatch.setitem(ischema_names, "xid8", TransactionId)
    with owner.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": False}
        )
        found = list(_differences(compare_metadata(context, Base.metadata)))
    assert found == []


DEFINERS = """
    SELECT p.oid::regprocedure::text AS name, p.proconfig, p.prosrc, r.rolcanlogin, r.rolsuper,
           EXISTS (SELECT FROM aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a
                    WHERE a.grantee = 0 AND a.privilege_type = 'EXECUTE') AS is_public
      FROM pg_proc p JOIN pg_roles r ON r.oid = p.proowner
     WHERE p.pronamespace = 'public'::regnamespace AND p.prosecdef ORDER BY 1"""


def test_functions_with_the_owners_rights_are_pinned_closed_and_owned_by_nobody_who_signs_in(
    day: Day,
) -> None:
    functions = day.ask(DEFINERS)
    assert len(functions) > 20
    for each in functions:
        paths = [s for s in each.proconfig or () if s.startswith("search_path=")]
        assert len(paths) == 1, each.name
        assert paths[0].split(",")[-1].strip().strip('"') == "pg_temp", each.name
        assert not each.rolcanlogin, each.name
        assert not each.rolsuper, each.name
        assert not each.is_public, each.name
        assert "current_user" not in each.prosrc.lower(), each.name


def test_nobody_may_truncate_anything(day: Day, template: str) -> None:
    granted = day.ask(
        """SELECT c.relname, a.grantee::regrole::text FROM pg_class c, aclexplode(c.relacl) a
            WHERE c.relnamespace = 'public'::regnamespace AND a.privilege_type = 'TRUNCATE'
              AND a.grantee <> c.relowner"""
    )
    assert granted == []


@pytest.mark.parametrize("table", DERIVED)
@pytest.mark.parametrize("group", [*(group.value for group in Group), "reader"])
def test_nobody_may_write_what_the_database_derives(
    day: Day, template: str, group: str, table: str
) -> None:
    writable = day.ask(
        """SELECT c, right_to FROM unnest(CAST(:columns AS text[])) c,
                  unnest(ARRAY['INSERT', 'UPDATE']) right_to
            WHERE has_column_privilege(:role, :table, c, right_to)""",
        columns=list(DERIVED[table]),
        role=f"{template}_{group}",
        table=table,
    )
    assert writable == []


@pytest.mark.parametrize("table", ["stock_move", "stock_balance", "command", "event"])
def test_nobody_may_change_or_delete_the_ledger(day: Day, template: str, table: str) -> None:
    changeable = day.ask(
        """SELECT r.rolname, right_to FROM pg_roles r, unnest(ARRAY['UPDATE', 'DELETE']) right_to
            WHERE r.rolname LIKE :roles AND r.rolname NOT LIKE '%\\_owner'
              AND (has_table_privilege(r.oid, :table, right_to)
                   OR (right_to = 'UPDATE' AND has_any_column_privilege(r.oid, :table, right_to)))
              AND NOT pg_has_role(r.oid, CAST(:owner AS regrole)::oid, 'MEMBER')""",
        roles=f"{template}\\_%",
        owner=f"{template}_owner",
        table=table,
    )
    assert changeable == []
