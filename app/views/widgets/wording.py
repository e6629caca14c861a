"""Sentences, days, moments, counts and short lists, as people read them; numbers are next door.

This is the window's edge: what was marked with `N_` becomes words here, and nowhere above.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from app.core.actor import Group
from app.core.messages import N_, render, render_count

GROUP_WORDS = {
    Group.SALES: N_("sales"),
    Group.FLOOR: N_("floor"),
    Group.DISPATCH: N_("dispatch"),
    Group.STOCK: N_("stock"),
    Group.PURCHASING: N_("purchasing"),
    Group.ACCOUNTING: N_("accounting"),
    Group.MANAGER: N_("manager"),
    Group.ADMIN: N_("admin"),
}
"""The roles as they are called inside a sentence."""


def words(sentence: str, /, **fields: object) -> str:
    """A sentence, title or piece of one that was marked with `N_`, with its fields filled in."""
    return render(sentence, fields)


def write_day(value: date) -> str:
    """A day of about now: 4 Nov."""
    return f"{value.day} {value:%b}"


def write_full_day(value: date) -> str:
    """A day of any year: 4 Nov 2026."""
    return f"{write_day(value)} {value.year}"


def write_moment(value: datetime, time_zone: str | ZoneInfo) -> str:
    """A moment of about now by the company's clock: 4 Nov 09:15."""
    there = value.astimezone(ZoneInfo(time_zone) if isinstance(time_zone, str) else time_zone)
    return f"{write_day(there)} {there:%H:%M}"


def counted(many: int, one: str, several: str) -> str:
    """So many of them: 1 order, 3 orders. Marks both words for translation, as `N_` does one."""
    return render_count(many, one, several)


def few(names: Sequence[str], most: int = 2) -> str:
    """The first names; of the others only how many they are."""
    named, more = ", ".join(names[:most]), len(names) - most
    return words(N_("{named} and {more} more"), named=named, more=more) if more > 0 else named


def their_order(number: str) -> str:
    """The customer's own order number, said to be one unless it says so itself; "" for none."""
    says_so = number.casefold().startswith(("po", "p.o", "order"))
    return words(N_("PO {number}"), number=number) if number and not says_so else number


def needs(*groups: Group) -> str:
    """Why somebody of another role sees a button they cannot press."""
    names = words(N_(" or ")).join(words(GROUP_WORDS[group]) for group in groups)
    return words(N_("this needs the role {names}"), names=names)
