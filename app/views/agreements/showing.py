"""Agreements written as they are to be read: ladders, steps, periods, what is wrong with them."""

from __future__ import annotations

from collections.abc import Container
from decimal import Decimal

from app.core.actor import Actor, Group
from app.queries.agreements import AgreementRow, Ladder, LadderRise, LadderRow
from app.rules.pricing.agreements import AgreementLevel, EffectKind, Side
from app.rules.pricing.standing import Standing
from app.views.document_desk import MARKED
from app.views.theme import Tone
from app.views.widgets.action_button import Action
from app.views.widgets.document_frame import DocumentModel, Fact
from app.views.widgets.lines_table import LineHeads, LineRow
from app.views.widgets.notice_panel import Notice
from app.views.widgets.numbers import write_number, write_price
from app.views.widgets.period_bars import STANDINGS, PeriodBar, open_day
from app.views.widgets.row_painting import Card
from app.views.widgets.state_badge import Badge
from app.views.widgets.wording import counted, needs

SIDES = ((Side.SELL, "What we sell for"), (Side.BUY, "What we buy for"))
_COUNTING = (Standing.ACTIVE, Standing.ENDING)


def why_not(actor: Actor, side: Side | None) -> str:
    """Why somebody may not agree on a side (None: on any); empty when they may."""
    if actor.is_any(Group.MANAGER):
        return ""
    if side is Side.SELL:
        return "what we sell for is agreed by a manager"
    return "" if actor.is_any(Group.PURCHASING) else needs(Group.MANAGER, Group.PURCHASING)


def readable_sides(actor: Actor) -> tuple[Side, ...]:
    """The sides whose prices somebody may read."""
    is_buyer = actor.is_any(Group.MANAGER, Group.PURCHASING, Group.ACCOUNTING)
    return tuple(Side) if is_buyer else (Side.SELL,)


def worth(kind: EffectKind, value: Decimal, currency: str) -> str:
    """What a record gives: `36.00`, `5 %`, `2.00 off`."""
    if kind is EffectKind.PERCENT:
        return f"{write_number(value)} %"
    money = write_price(value, currency)
    return money if kind is EffectKind.PRICE else f"{money} off"


def party_words(name: str, code: str) -> str:
    """Whom it is with."""
    return name or code or "everybody"


def thing_words(level: AgreementLevel, name: str, code: str) -> str:
    """What it is about."""
    return "whole orders" if level is AgreementLevel.ORDER else name or code or "everything"


def card(row: LadderRow, *, is_marked: bool = False) -> Card:
    """A ladder in the list: whom it is with and what it gives; what it is about and how it is."""
    low, high = (worth(row.kind, each, row.currency) for each in (row.lowest, row.highest))
    if low != high:
        plain = write_number(row.lowest) if row.kind is EffectKind.PERCENT else low
        low = f"{plain.removesuffix(' off')} – {high}"
    many = counted(row.records, "record", "records") if row.records > 1 else ""
    drafts = "with drafts" if row.drafts and row.standing is not Standing.DRAFT else ""
    side = "bought" if row.side is Side.BUY else ""
    party = party_words(row.party_name, row.party)
    return Card(
        party[:1].upper() + party[1:],
        low,
        (thing_words(row.level, row.item_name, row.item), side, many, drafts, row.name),
        badge=MARKED if is_marked else STANDINGS[row.standing],
    )


def step_words(ladder: Ladder, record: AgreementRow) -> str:
    """From where a record counts: `10 pc and more`."""
    if ladder.level is AgreementLevel.ORDER:
        if not record.from_amount:
            return "Any amount"
        return f"{write_price(record.from_amount, ladder.currency)} {ladder.currency} and more"
    if not record.from_quantity:
        return "Any quantity"
    return f"{write_number(record.from_quantity)} {_unit(ladder)} and more".replace("  ", " ")


def _unit(ladder: Ladder) -> str:
    return ladder.unit or ladder.base_unit


def _flags(record: AgreementRow) -> tuple[str, ...]:
    flags = (
        (record.stop, "stop"),
        (record.across_lines, "across lines"),
        (record.any_unit, "any unit"),
        (record.replaces_id is not None, f"replaces {record.replaces_id}"),
    )
    return tuple(words for given, words in flags if given)


def heads(ladder: Ladder) -> LineHeads:
    """The heads of the grid."""
    return LineHeads(
        item="From",
        quantity="Priority" if any(each.priority for each in ladder.records) else "",
        extra=("First day", "Last day"),
        price="",
        amount="Price" if ladder.is_price else "Discount",
    )


def line(ladder: Ladder, record: AgreementRow, *, is_marked: bool = False) -> LineRow:
    """One record of the ladder."""
    standing = ladder.standing(record)
    has_priority = any(each.priority for each in ladder.records)
    return LineRow(
        record.id,
        step_words(ladder, record),
        (f"no. {record.id}", record.name, record.reference, *_flags(record)),
        str(record.priority) if has_priority else "",
        extra=(open_day(record.valid_from), open_day(record.valid_to)),
        amount=worth(record.kind, record.value, record.currency),
        badge=MARKED if is_marked else STANDINGS[standing],
        source=record,
    )


def bars(ladder: Ladder) -> tuple[PeriodBar, ...]:
    """When each record counts."""
    return tuple(
        PeriodBar(
            f"{_bar_step(each)}   {worth(each.kind, each.value, each.currency)}",
            each.valid_from,
            each.valid_to,
            ladder.standing(each),
        )
        for each in ladder.records
    )


def _bar_step(record: AgreementRow) -> str:
    step = record.from_quantity + record.from_amount
    return f"{write_number(step)}+" if step else "any"


def rise_sentence(ladder: Ladder, rise: LadderRise) -> str:
    """A step that goes the wrong way, told."""
    unit = ladder.currency if ladder.level is AgreementLevel.ORDER else _unit(ladder)
    value, lower = (
        worth(rise.kind, each, ladder.currency) for each in (rise.value, rise.lower_value)
    )
    step = f"{write_number(rise.step)} {unit}".strip()
    below = f"from {write_number(rise.lower_step)}" if rise.lower_step else "below it"
    if rise.kind is EffectKind.PRICE:
        return f"More costs more: from {step} on it is {value}, but {lower} {below}."
    return f"More gets less: from {step} on it is {value}, but {lower} {below}."


def title(ladder: Ladder) -> str:
    """What the ladder is called."""
    item, party_side = ladder.item, ladder.party
    thing = thing_words(ladder.level, item.name if item else "", "")
    way = "from" if ladder.side is Side.BUY else "for"
    everybody = "every supplier" if ladder.side is Side.BUY else "everybody"
    party = party_side.name if party_side else everybody
    return f"{thing[:1].upper()}{thing[1:]} {way} {party}"


def ladder_model(ladder: Ladder, marked: Container[object], actor: Actor) -> DocumentModel:
    """One ladder: its steps in a grid, what is wrong with it, what can be done."""
    may_not = why_not(actor, ladder.side)
    drafts = len(ladder.drafts)
    notices = [Notice(rise_sentence(ladder, rise), Tone.ATTENTION) for rise in ladder.rises]
    if drafts:
        words = counted(drafts, "draft does", "drafts do")
        notices.append(
            Notice(
                f"{words} not count yet.", Tone.INFO, (Action("simulate", "Try on past orders"),)
            )
        )
    return DocumentModel(
        title(ladder),
        badges=_badges(ladder),
        subline=_subline(ladder),
        facts=_facts(ladder),
        action=Action(
            "activate",
            "Activate the draft" if drafts == 1 else f"Activate {drafts} drafts",
            "Ctrl+Return",
            why_not=may_not,
        )
        if drafts
        else None,
        secondary=(
            Action("change", "Change", "E", why_not=may_not),
            Action("copy", "Copy", "C", why_not=may_not),
            Action("raise", "Raise or lower", "M", why_not=may_not),
        ),
        more=(
            Action("add", "Add steps", why_not=may_not),
            Action("end", "End on a day", why_not=may_not),
            Action("take-out", "Take out of use", why_not=may_not),
            Action(
                "delete",
                "Throw drafts away",
                why_not=may_not or ("" if drafts else "there is no draft"),
            ),
            Action("simulate", "Try drafts on past orders"),
            Action("inquire", "Ask for a price"),
            Action("export", "Write the list into a file"),
            Action("import", "Take in a file"),
        ),
        lines=tuple(line(ladder, each, is_marked=each.id in marked) for each in ladder.records),
        heads=heads(ladder),
        notices=tuple(notices),
    )


def _subline(ladder: Ladder) -> tuple[str, ...]:
    side = "what we buy for" if ladder.side is Side.BUY else "what we sell for"
    named = [each for each in (ladder.item, ladder.party) if each is not None]
    return (*(f"{each.kind} {each.code}" for each in named), side)


def _badges(ladder: Ladder) -> tuple[Badge, ...]:
    standings = dict.fromkeys(ladder.standing(each) for each in ladder.records)
    shown = [each for each in Standing if each in standings]
    if len(shown) > 1:  # what is over says nothing beside what is not
        shown = [each for each in shown if each not in (Standing.ENDED, Standing.INACTIVE)]
    return tuple(STANDINGS[each] for each in shown[:3])


def _facts(ladder: Ladder) -> tuple[Fact, ...]:
    counting = [each for each in ladder.records if ladder.standing(each) in _COUNTING]
    facts = [Fact("Currency", ladder.currency)]
    if ladder.level is AgreementLevel.LINE:
        is_price = any(each.kind is not EffectKind.PERCENT for each in ladder.records)
        unit = _unit(ladder) or ("base unit" if is_price else "every unit")
        if not ladder.unit and not is_price:
            unit = "every unit"
        facts.append(Fact("Unit", unit))
    facts.append(Fact("Counting today", f"{len(counting)} of {len(ladder.records)}"))
    if counting:
        values = sorted(counting, key=lambda each: each.value)
        low, high = (worth(e.kind, e.value, e.currency) for e in (values[0], values[-1]))
        facts.append(Fact("Today", low if low == high else f"{low} – {high}"))
    ends = sorted(each.valid_to for each in counting if each.valid_to is not None)
    if ends:
        is_soon = any(ladder.standing(each) is Standing.ENDING for each in counting)
        facts.append(
            Fact("Next end", open_day(ends[0]), Tone.ATTENTION if is_soon else Tone.NEUTRAL)
        )
    return tuple(facts)
