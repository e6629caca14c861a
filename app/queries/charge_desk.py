"""Charge rules as the desk shows them: a list, one whole, and what its form offers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.errors import NotFound
from app.queries.beginnings import as_typed, beginnings
from app.queries.charges import KEPT_RULES, ChargeRuleRow, kept_rule
from app.rules.periods import SOON_DAYS, Standing, standing_in

VIEWS = ("counting", "ending", "over", "all")

_TODAY = "(SELECT (now() AT TIME ZONE k.time_zone)::date FROM company k)"
_VIEW = {
    "counting": f"k.is_active AND coalesce(k.valid_to, 'infinity') >= {_TODAY}",
    "ending": f"k.is_active AND k.valid_to BETWEEN {_TODAY} AND {_TODAY} + {SOON_DAYS}",
    "over": f"(NOT k.is_active OR k.valid_to < {_TODAY})",
    "all": "true",
}


@dataclass(frozen=True, slots=True)
class ChargeRuleShown:
    """A rule with the names of what it is for ('' where it is for all, or for a kind).

    `others` are the other rules of its code that are switched on, as (id, name); only where one
    rule is shown.
    """

    id: int
    rule: ChargeRuleRow
    account_name: str
    item_name: str
    base_unit: str
    mode_name: str
    tax_class_name: str
    today: date
    others: tuple[tuple[int, str], ...] = ()

    @property
    def key(self) -> tuple[str, int]:
        """Where the next page begins."""
        return self.rule.code, self.id

    @property
    def standing(self) -> Standing:
        """How it stands today."""
        rule = self.rule
        return standing_in(self.today, rule.valid_from, rule.valid_to, is_active=rule.is_active)


_SHOWN = f"""
    SELECT k.*, coalesce(c.name, a.name, '') AS account_name,
           coalesce(i.name, g.name, '') AS item_name, coalesce(i.base_unit, '') AS base_unit,
           coalesce(m.name, '') AS mode_name, coalesce(t.name, '') AS tax_class_name,
           {_TODAY} AS today
      FROM ({KEPT_RULES}) k
      LEFT JOIN customer c ON c.number = k.customer
      LEFT JOIN account_group a ON a.code = k.account_group
      LEFT JOIN item i ON i.number = k.item
      LEFT JOIN item_group g ON g.code = k.item_group
      LEFT JOIN delivery_mode m ON m.code = k.delivery_mode
      LEFT JOIN tax_class t ON t.code = k.tax_class
     WHERE """

_FILTER = """(k.code >= :code AND k.code < :code_end
              OR lower(k.name) >= :name AND lower(k.name) < :name_end
              OR k.customer >= :code AND k.customer < :code_end
              OR k.item >= :code AND k.item < :code_end
              OR lower(coalesce(c.name, a.name)) >= :name
                 AND lower(coalesce(c.name, a.name)) < :name_end
              OR lower(coalesce(i.name, g.name)) >= :name
                 AND lower(coalesce(i.name, g.name)) < :name_end)"""


def charge_rules_shown(
    session: Session,
    *,
    view: str = "counting",
    filter: str = "",
    after: tuple[str, int] | None = None,
    limit: int = 100,
) -> tuple[ChargeRuleShown, ...]:
    """One page of the rules by code; `after` is the `key` of the last one shown. One statement.

    `view` is counting (now or later), ending (within 30 days), over (ended or switched off) or
    all. `filter` is the beginning of a code or name, of the rule or of what it is for.
    """
    where = [_VIEW[view]]
    values: dict[str, Any] = {"limit": limit}
    if typed := as_typed(filter):
        where.append(_FILTER)
        values |= beginnings(typed)
    if after is not None:
        where.append("(k.code, k.id) > (:after_code, :after_id)")
        values["after_code"], values["after_id"] = after
    rows = session.execute(
        text(f"{_SHOWN} {' AND '.join(where)} ORDER BY k.code, k.id LIMIT :limit"), values
    )
    return tuple(_shown(row) for row in rows)


def charge_rule_shown(session: Session, *, rule: int) -> ChargeRuleShown:
    """One rule. Two statements. Raises: NotFound."""
    row = session.execute(text(f"{_SHOWN} k.id = :rule"), {"rule": rule}).one_or_none()
    if row is None:
        raise NotFound(what="charge rule", value=rule)
    others = session.execute(
        text(f"""SELECT id, name FROM charge_rule
                  WHERE code = :code AND id <> :rule AND is_active
                    AND coalesce(valid_to, 'infinity') >= {_TODAY} ORDER BY id LIMIT 20"""),
        {"code": row.code, "rule": rule},
    )
    return replace(_shown(row), others=tuple((id, name) for id, name in others))


_NAMES = ("account_name", "item_name", "base_unit", "mode_name", "tax_class_name", "today")


def _shown(row: Any) -> ChargeRuleShown:
    known = row._asdict()
    names = {name: known.pop(name) for name in _NAMES}
    return ChargeRuleShown(row.id, kept_rule(known), **names)


@dataclass(frozen=True, slots=True)
class ChargeChoices:
    """What the form offers: delivery modes and tax classes as (code, name), currencies, today.

    The company's own currency is the first.
    """

    modes: tuple[tuple[str, str], ...]
    classes: tuple[tuple[str, str], ...]
    currencies: tuple[str, ...]
    today: date


def charge_choices(session: Session) -> ChargeChoices:
    """What the form offers. One statement."""
    row = session.execute(
        text("""
            SELECT (now() AT TIME ZONE k.time_zone)::date AS today, k.currency,
                   ARRAY(SELECT DISTINCT currency FROM exchange_rate ORDER BY 1) AS others,
                   (SELECT coalesce(jsonb_agg(jsonb_build_array(code, name) ORDER BY name), '[]')
                      FROM delivery_mode) AS modes,
                   (SELECT coalesce(jsonb_agg(jsonb_build_array(code, name) ORDER BY name), '[]')
                      FROM tax_class) AS classes
              FROM company k""")
    ).one()
    return ChargeChoices(
        tuple((code, name) for code, name in row.modes),
        tuple((code, name) for code, name in row.classes),
        (row.currency, *(each for each in row.others if each != row.currency)),
        row.today,
    )
