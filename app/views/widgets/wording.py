"""Sentences, days, moments, counts and short lists, as people read them; numbers are next door.

This is the window's edge: what was marked with `N_` becomes words here, and nowhere above.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import product
from zoneinfo import ZoneInfo

from app.core.actor import Group
from app.core.messages import MONTHS, N_, render, render_count, written_day

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

STATE_WORDS = {
    "draft": N_("draft"),
    "confirmed": N_("confirmed"),
    "closed": N_("closed"),
    "cancelled": N_("cancelled"),
    "open": N_("open"),
    "done": N_("done"),
    "waiting": N_("waiting"),
    "part_allocated": N_("part allocated"),
    "allocated": N_("allocated"),
    "part_staged": N_("part staged"),
    "staged": N_("staged"),
    "part_loaded": N_("part loaded"),
    "loaded": N_("loaded"),
    "part_packed": N_("part packed"),
    "packed": N_("packed"),
    "account": N_("account"),
    "item": N_("item"),
    "group": N_("group"),
    "all": N_("all"),
    "retail": N_("retail"),
    "wholesale": N_("wholesale"),
    "stock": N_("stock"),
    "drop_ship": N_("drop ship"),
    "service": N_("service"),
    "receiving": N_("receiving"),
    "storage": N_("storage"),
    "counter": N_("counter"),
    "cart": N_("cart"),
    "staging": N_("staging"),
    "packing": N_("packing"),
    "truck": N_("truck"),
    "transit": N_("transit"),
    "quarantine": N_("quarantine"),
    "expired": N_("expired"),
    "planned": N_("planned"),
    "loading": N_("loading"),
    "departed": N_("departed"),
    "returned": N_("returned"),
    "posted": N_("posted"),
    "queued": N_("queued"),
    "printed": N_("printed"),
    "failed": N_("failed"),
}
"""States and kinds as they stand in the database, as they stand in a sentence."""


def words(sentence: str, /, **fields: object) -> str:
    """A sentence, title or piece of one that was marked with `N_`, with its fields filled in."""
    return render(sentence, fields)


def state_words(state: str) -> str:
    """A state or kind inside a sentence; what somebody wrote freely stays as it is."""
    return words(STATE_WORDS.get(state, state))


def paper_words(printed: str) -> str:
    """What became of a paper; what the printer said stays as it said it."""
    state, colon, result = printed.partition(": ")
    return f"{state_words(state)}{colon}{result}"


def write_month(value: date) -> str:
    """A month where there is little room: Nov."""
    return words(MONTHS[value.month - 1])


def write_day(value: date) -> str:
    """A day of about now: 4 Nov."""
    return words(N_("{day} {month}"), day=value.day, month=write_month(value))


def write_full_day(value: date) -> str:
    """A day of any year: 4 Nov 2026."""
    return written_day(value)


_NEAR = {0: N_("Today"), 1: N_("Tomorrow"), -1: N_("Yesterday")}


def write_near_day(value: date, today: date) -> str:
    """A date as it is read next to others: the near ones by name, the year when it is another."""
    if near := _NEAR.get((value - today).days):
        return words(near)
    return write_day(value) if value.year == today.year else write_full_day(value)


def write_near_full_day(value: date, today: date) -> str:
    """A date by name and in figures."""
    near = write_near_day(value, today)
    return f"{near}, {write_day(value)}" if abs(value - today) <= timedelta(days=1) else near


def read_full_day(written: str) -> date | None:
    """The day that is written so, in whatever order the language has it; None when none is."""
    wanted = " ".join(written.split()).casefold()
    figures = {int(each) for each in re.findall(r"[0-9]{1,4}", wanted)}
    for year, month, day in product(figures, range(1, 13), figures):
        try:
            found = date(year, month, day)
        except ValueError:
            continue
        if write_full_day(found).casefold() == wanted:
            return found
    return None


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
