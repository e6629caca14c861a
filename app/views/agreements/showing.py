"""Agreements written as they are to be read: ladders, steps, periods, what is wrong with them."""

from __future__ import annotations

from collections.abc import Container
from decimal import Decimal

from app.core.actor import Actor, Group
from app.core.messages import N_
from app.operations.pricing import RisingStep
from app.queries.agreements import AgreementRow, Ladder, LadderRise, LadderRow
from app.rules.periods import Standing
from app.rules.pricing.agreements import AgreementLevel, EffectKind, Side
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
from app.views.widgets.timeline import TimelineEntry
from app.views.widgets.wording import counted, needs, words, write_moment

SIDES = ((Side.SELL, words(N_("What we sell for"))), (Side.BUY, words(N_("What we buy for"))))
_COUNTING = (Standing.ACTIVE, Standing.ENDING)


def why_not(actor: Actor, side: Side | None) -> str:
    """Why somebody may not agree on a side (None: on any); empty when they may."""
    if actor.is_any(Group.MANAGER):
        return ""
    if side is Side.SELL:
        return words(N_("what we sell for is agreed by a manager"))
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
    return money if kind is EffectKind.PRICE else words(N_("{money} off"), money=money)


def worth_range(kind: EffectKind, lowest: Decimal, highest: Decimal, currency: str) -> str:
    """What the records of a ladder give: `33.00 – 36.00`, `5 – 10 %`."""
    high = worth(kind, highest, currency)
    if lowest == highest:
        return high
    is_percent = kind is EffectKind.PERCENT
    return f"{write_number(lowest) if is_percent else write_price(lowest, currency)} – {high}"


def party_words(name: str, code: str) -> str:
    """Whom it is with."""
    return name or code or words(N_("everybody"))


def thing_words(level: AgreementLevel, name: str, code: str) -> str:
    """What it is about."""
    if level is AgreementLevel.ORDER:
        return words(N_("whole orders"))
    return name or code or words(N_("everything"))


def _unusual(standing: Standing) -> Badge | None:
    """The badge of a row; what counts, as most do, needs none."""
    return None if standing is Standing.ACTIVE else STANDINGS[standing]


def card(row: LadderRow, *, is_marked: bool = False) -> Card:
    """A ladder in the list: whom it is with and what it gives; what it is about and how it is."""
    many = counted(row.records, "record", "records") if row.records > 1 else ""
    drafts = words(N_("with drafts")) if row.drafts and row.standing is not Standing.DRAFT else ""
    side = words(N_("bought")) if row.side is Side.BUY else ""
    party = party_words(row.party_name, row.party)
    return Card(
        party[:1].upper() + party[1:],
        worth_range(row.kind, row.lowest, row.highest, row.currency),
        (thing_words(row.level, row.item_name, row.item), side, many, drafts, row.name),
        badge=MARKED if is_marked else _unusual(row.standing),
    )


def agreed_about(row: LadderRow) -> str:
    """An agreement at its customer's: `Agreed: Bilge pump 33.00 – 36.00`."""
    return words(
        N_("Agreed: {what} {worth}"),
        what=thing_words(row.level, row.item_name, row.item),
        worth=worth_range(row.kind, row.lowest, row.highest, row.currency),
    )


def agreed_with(row: LadderRow) -> str:
    """An agreement at its item's: `Agreed with Brightwater Marine: 33.00 – 36.00`."""
    return words(
        N_("Agreed with {party}: {worth}"),
        party=party_words(row.party_name, row.party),
        worth=worth_range(row.kind, row.lowest, row.highest, row.currency),
    )


def step_words(ladder: Ladder, record: AgreementRow) -> str:
    """From where a record counts: `10 pc and more`."""
    if ladder.level is AgreementLevel.ORDER:
        if not record.from_amount:
            return words(N_("Any amount"))
        return words(
            N_("{amount} {currency} and more"),
            amount=write_price(record.from_amount, ladder.currency),
            currency=ladder.currency,
        )
    if not record.from_quantity:
        return words(N_("Any quantity"))
    step = f"{write_number(record.from_quantity)} {_unit(ladder)}".strip()
    return words(N_("{quantity} and more"), quantity=step)


def _unit(ladder: Ladder) -> str:
    return ladder.unit or ladder.base_unit


def _flags(record: AgreementRow) -> tuple[str, ...]:
    flags = (
        (record.stop, words(N_("stop"))),
        (record.across_lines, words(N_("across lines"))),
        (record.any_unit, words(N_("any unit"))),
        (
            record.replaces_id is not None,
            words(N_("replaces {number}"), number=record.replaces_id),
        ),
    )
    return tuple(flag for given, flag in flags if given)


def heads(ladder: Ladder) -> LineHeads:
    """The heads of the grid."""
    return LineHeads(
        item=words(N_("From")),
        quantity=words(N_("Priority")) if any(each.priority for each in ladder.records) else "",
        extra=(words(N_("First day")), words(N_("Last day"))),
        price="",
        amount=words(N_("Price")) if ladder.is_price else words(N_("Discount")),
    )


def line(ladder: Ladder, record: AgreementRow, *, is_marked: bool = False) -> LineRow:
    """One record of the ladder."""
    standing = ladder.standing(record)
    has_priority = any(each.priority for each in ladder.records)
    return LineRow(
        record.id,
        step_words(ladder, record),
        (
            words(N_("no. {number}"), number=record.id),
            _beside_list(ladder, record),
            record.name,
            record.reference,
            *_flags(record),
        ),
        str(record.priority) if has_priority else "",
        extra=(open_day(record.valid_from), open_day(record.valid_to)),
        amount=worth(record.kind, record.value, record.currency),
        badge=MARKED if is_marked else STANDINGS[standing],
        source=record,
    )


def _beside_list(ladder: Ladder, record: AgreementRow) -> str:
    """How far a price is from the item's own; empty where they are not for the same unit."""
    own = ladder.list_price
    if record.kind is not EffectKind.PRICE or not own or _unit(ladder) != ladder.base_unit:
        return ""
    percent = round((record.value / own - 1) * 100, 1)
    if not percent:
        return words(N_("the list price"))
    sentence = N_("{percent} % over list") if percent > 0 else N_("{percent} % below list")
    return words(sentence, percent=write_number(abs(percent)))


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
    return f"{write_number(step)}+" if step else words(N_("any"))


RISES = {
    (True, True): N_("More costs more: from {step} on it is {value}, but {lower} below it."),
    (True, False): N_("More costs more: from {step} on it is {value}, but {lower} from {before}."),
    (False, True): N_("More gets less: from {step} on it is {value}, but {lower} below it."),
    (False, False): N_("More gets less: from {step} on it is {value}, but {lower} from {before}."),
}
"""By whether it is a price, and whether the better step before is the one from nothing on."""


_MIND = {
    True: N_("Mind, more costs more for {what}: {value} from {step} on, {lower} with less."),
    False: N_("Mind, more gets less for {what}: {value} from {step} on, {lower} with less."),
}
"""By whether it is a price."""


def mind_rise(rise: RisingStep) -> str:
    """What was just written goes the wrong way, told where its ladder may not be in view."""
    value, lower = (worth(rise.kind, each, "") for each in (rise.value, rise.lower_value))
    is_price = rise.kind is EffectKind.PRICE
    return words(
        _MIND[is_price], what=rise.what, step=write_number(rise.step), value=value, lower=lower
    )


def rise_sentence(ladder: Ladder, rise: LadderRise) -> str:
    """A step that goes the wrong way, told."""
    unit = ladder.currency if ladder.level is AgreementLevel.ORDER else _unit(ladder)
    value, lower = (
        worth(rise.kind, each, ladder.currency) for each in (rise.value, rise.lower_value)
    )
    step = f"{write_number(rise.step)} {unit}".strip()
    is_price, is_first = rise.kind is EffectKind.PRICE, not rise.lower_step
    return words(
        RISES[is_price, is_first],
        step=step,
        value=value,
        lower=lower,
        before=write_number(rise.lower_step),
    )


def title(ladder: Ladder) -> str:
    """What the ladder is called."""
    item, party_side = ladder.item, ladder.party
    thing = thing_words(ladder.level, item.name if item else "", "")
    thing = f"{thing[:1].upper()}{thing[1:]}"
    if ladder.side is Side.BUY:
        party = party_side.name if party_side else words(N_("every supplier"))
        return words(N_("{thing} from {party}"), thing=thing, party=party)
    party = party_side.name if party_side else words(N_("everybody"))
    return words(N_("{thing} for {party}"), thing=thing, party=party)


def ladder_model(
    ladder: Ladder, marked: Container[object], actor: Actor, time_zone: str
) -> DocumentModel:
    """One ladder: its steps in a grid, what is wrong with it, what can be done."""
    may_not = why_not(actor, ladder.side)
    drafts = len(ladder.drafts)
    notices = [Notice(rise_sentence(ladder, rise), Tone.ATTENTION) for rise in ladder.rises]
    if drafts:
        notices.append(
            Notice(
                counted(drafts, "draft does not count yet.", "drafts do not count yet."),
                Tone.INFO,
                (Action("simulate", words(N_("Try on past orders"))),),
            )
        )
    return DocumentModel(
        title(ladder),
        badges=_badges(ladder),
        subline=_subline(ladder),
        facts=_facts(ladder),
        action=Action(
            "activate",
            words(N_("Activate the draft"))
            if drafts == 1
            else words(N_("Activate {many} drafts"), many=drafts),
            "Ctrl+Return",
            why_not=may_not,
        )
        if drafts
        else None,
        secondary=(
            Action("change", words(N_("Change")), "E", why_not=may_not),
            Action("copy", words(N_("Copy")), "C", why_not=may_not),
            Action("raise", words(N_("Raise or lower")), "M", why_not=may_not),
        ),
        more=(
            Action("add", words(N_("Add steps")), why_not=may_not),
            Action("end", words(N_("End on a day")), why_not=may_not),
            Action("take-out", words(N_("Take out of use")), why_not=may_not),
            Action(
                "delete",
                words(N_("Throw drafts away")),
                why_not=may_not or ("" if drafts else words(N_("there is no draft"))),
            ),
            Action("simulate", words(N_("Try drafts on past orders"))),
            Action("inquire", words(N_("Ask for a price"))),
            Action("export", words(N_("Write the list into a file"))),
            Action("import", words(N_("Take in a file"))),
        ),
        lines=tuple(line(ladder, each, is_marked=each.id in marked) for each in ladder.records),
        heads=heads(ladder),
        notices=tuple(notices),
        timeline=tuple(
            TimelineEntry(write_moment(each.at, time_zone), each.who, _deed(each.verb))
            for each in ladder.history
        ),
    )


_DEEDS = {
    "create_agreements": N_("agreed it"),
    "change_agreement": N_("changed a record"),
    "activate_agreements": N_("let drafts count"),
    "copy_agreements": N_("made copies, as drafts"),
    "mass_change_agreements": N_("raised or lowered it, in drafts"),
    "end_agreement": N_("said when a record ends"),
    "deactivate_agreements": N_("took records out of use"),
    "delete_draft_agreements": N_("threw drafts away"),
    "import_rows": N_("took records in from a file"),
}


def _deed(verb: str) -> str:
    """What was done with a ladder; a verb without words of its own is told by its name."""
    return words(_DEEDS[verb]) if verb in _DEEDS else verb.replace("_", " ")


NAMED = {
    "item": N_("item {code}"),
    "customer": N_("customer {code}"),
    "supplier": N_("supplier {code}"),
    "group": N_("group {code}"),
}
"""A party or thing by its code."""


def _subline(ladder: Ladder) -> tuple[str, ...]:
    side = (
        words(N_("what we buy for")) if ladder.side is Side.BUY else words(N_("what we sell for"))
    )
    named = [each for each in (ladder.item, ladder.party) if each is not None]
    return (*(words(NAMED[each.kind], code=each.code) for each in named), side)


def _badges(ladder: Ladder) -> tuple[Badge, ...]:
    standings = dict.fromkeys(ladder.standing(each) for each in ladder.records)
    shown = [each for each in Standing if each in standings]
    if len(shown) > 1:  # what is over says nothing beside what is not
        shown = [each for each in shown if each not in (Standing.ENDED, Standing.INACTIVE)]
    return tuple(STANDINGS[each] for each in shown[:3])


def _facts(ladder: Ladder) -> tuple[Fact, ...]:
    counting = [each for each in ladder.records if ladder.standing(each) in _COUNTING]
    facts = [Fact(words(N_("Currency")), ladder.currency)]
    if ladder.level is AgreementLevel.LINE:
        is_price = any(each.kind is not EffectKind.PERCENT for each in ladder.records)
        unit = _unit(ladder) or (words(N_("base unit")) if is_price else words(N_("every unit")))
        if not ladder.unit and not is_price:
            unit = words(N_("every unit"))
        facts.append(Fact(words(N_("Unit")), unit))
    facts.append(
        Fact(
            words(N_("Counting today")),
            words(N_("{many} of {all}"), many=len(counting), all=len(ladder.records)),
        )
    )
    if counting:
        values = [each.value for each in counting]
        kind = counting[0].kind
        said = worth_range(kind, min(values), max(values), ladder.currency)
        if any(each.kind is not kind for each in counting):  # percents and amounts are no range
            said = ", ".join(dict.fromkeys(worth(e.kind, e.value, e.currency) for e in counting))
        facts.append(Fact(words(N_("Today")), said))
    if ladder.list_price is not None:
        facts.append(Fact(words(N_("List price")), write_price(ladder.list_price, ladder.currency)))
    ends = sorted(each.valid_to for each in counting if each.valid_to is not None)
    if ends:
        is_soon = any(ladder.standing(each) is Standing.ENDING for each in counting)
        facts.append(
            Fact(
                words(N_("Next end")),
                open_day(ends[0]),
                Tone.ATTENTION if is_soon else Tone.NEUTRAL,
            )
        )
    return tuple(facts)
