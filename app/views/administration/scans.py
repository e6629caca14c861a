"""Scans that led nowhere: found by station and day, and learned as another code of an item."""

from __future__ import annotations

from typing import Any

from app.core.actor import Group
from app.core.errors import BusinessError
from app.core.ids import Kind
from app.core.messages import N_
from app.operations.catalog import NewAlias, change_item
from app.queries.orders.entry import find_things
from app.queries.wrong_scans import WrongScanGroup, WrongScanWhole
from app.views.administration.topic import Topic, plain_heads
from app.views.finding import as_finder_row
from app.views.theme import Tone
from app.views.widgets.action_button import Action
from app.views.widgets.asking import Asking
from app.views.widgets.document_frame import DocumentModel, Fact
from app.views.widgets.empty_state import Empty
from app.views.widgets.lines_table import LineRow
from app.views.widgets.list_screen import SavedView
from app.views.widgets.lookup_field import FormLookup
from app.views.widgets.notice_panel import Notice
from app.views.widgets.row_painting import Card
from app.views.widgets.timeline import TimelineEntry
from app.views.widgets.wording import counted, needs, words, write_full_day, write_moment

NO_STATION = words(N_("no station"))
KEEPERS = (Group.STOCK, Group.SALES)
"""Who may give an item another code."""


class ChooseAnItem(BusinessError):
    """A form sent off without an item."""

    about = ("item",)
    sentence = N_("Choose the item: type its number or name, then Enter.")


class ScansTopic(Topic):
    """Wrong scans, day by day; the filter takes stations, days and pieces of the code."""

    kind = Kind.WRONG_SCAN
    view = SavedView("scans", words(N_("Wrong scans")))
    seen_by = (Group.ADMIN, Group.STOCK)
    kept_by = KEEPERS
    nothing = Empty(
        words(N_("No wrong scan")),
        words(
            N_(
                "Scans that led nowhere are kept with station and badge. Filter by station, by "
                "day (2026-11-24, today, yesterday) or by a piece of the code."
            )
        ),
        "barcode",
    )

    def card(self, row: WrongScanGroup) -> Card:
        times = counted(row.count, "time", "times")
        day = write_full_day(row.day)
        return Card(row.code, times, (day, row.station or NO_STATION, row.word.lower()))

    def model(self, shown: WrongScanWhole) -> DocumentModel:
        scan = shown.scan
        who = tuple(dict.fromkeys(each.operator for each in shown.times if each.operator))
        station = scan.station or NO_STATION
        related: tuple[Action, ...] = ()
        if shown.thing == Kind.ITEM:
            related = (Action(f"{Kind.ITEM}:{shown.thing_id}", f"{shown.number} {shown.name}"),)
        return DocumentModel(
            scan.code,
            subline=(scan.word.lower(), scan.desk, station),
            facts=(
                Fact(words(N_("Day")), write_full_day(scan.day)),
                Fact(words(N_("Scanned")), counted(scan.count, "time", "times")),
                Fact(words(N_("Last")), write_moment(scan.last_at, self.context.time_zone)),
                Fact(words(N_("By")), ", ".join(who)),
            ),
            action=Action(
                "learn",
                words(N_("Register this code")),
                "Ctrl+Return",
                why_not=self._why_not_learn(shown),
            ),
            secondary=(
                Action("station", words(N_("Only this station")), "S"),
                Action("day", words(N_("Only this day")), "D"),
            ),
            lines=tuple(self._line(each) for each in shown.elsewhere),
            heads=plain_heads(words(N_("Elsewhere and on other days")), words(N_("Scanned"))),
            notices=self._notices(shown),
            timeline=tuple(
                TimelineEntry(
                    write_moment(each.at, self.context.time_zone),
                    each.operator,
                    words(N_("scanned at {station}"), station=scan.station)
                    if scan.station
                    else words(N_("scanned in a window that is no station")),
                    Tone.NEUTRAL,
                )
                for each in shown.times
            ),
            related=related,
        )

    def _why_not_learn(self, shown: WrongScanWhole) -> str:
        if not self.context.actor.is_any(*KEEPERS):
            return needs(*KEEPERS)
        if shown.number:
            return words(N_("it is known by now"))
        return "" if shown.to_learn else words(N_("it is no code an item could have"))

    def _notices(self, shown: WrongScanWhole) -> tuple[Notice, ...]:
        notices = [Notice(shown.reason, Tone.WRONG)] if shown.reason else []
        if shown.number:
            sentence = words(
                N_("Today it names the {kind} {number} {name}."),
                kind=shown.thing.replace("_", " "),
                number=shown.number,
                name=shown.name,
            )
            notices.append(Notice(sentence, Tone.INFO))
        elif shown.to_learn:
            sentence = words(
                N_("Nothing here has this code. When it stands on goods of ours, register it.")
            )
            notices.append(Notice(sentence, Tone.INFO))
        return tuple(notices)

    def _line(self, scan: WrongScanGroup) -> LineRow:
        return LineRow(
            scan.id,
            write_full_day(scan.day),
            (scan.station or NO_STATION, scan.desk, scan.word.lower()),
            amount=counted(scan.count, "time", "times"),
            source=scan,
        )

    def act(self, action: str, shown: WrongScanWhole) -> None:
        if action == "learn":
            self._learn(shown)
        elif action == "station":
            self.desk.look_at("scans", shown.scan.station or shown.scan.desk)
        elif action == "day":
            self.desk.look_at("scans", shown.scan.day.isoformat())

    def open_line(self, line: LineRow) -> None:
        self.control.choose(Kind.WRONG_SCAN, line.id)

    def _learn(self, shown: WrongScanWhole) -> None:
        asking = Asking(
            words(N_("Register {code}"), code=shown.to_learn),
            words(N_("Register")),
            words(N_("From now on every station takes this code for the item.")),
            self.parent,
        )
        field = FormLookup(
            self.context.tasks,
            lambda session, text: [
                as_finder_row(each) for each in find_things(session, kind=Kind.ITEM, wanted=text)
            ],
            words(N_("Item")),
            hint=words(N_("Number, name or code")),
        )
        field.what = "item"
        asking.add("item", words(N_("Item")), field)

        def keep(values: dict[str, Any]) -> None:
            item = values["item"]
            if item is None:
                asking.refuse(ChooseAnItem())
                return
            said = words(N_("{code} is a code of {item} now."), code=shown.to_learn, item=item.name)
            self.control.carry_out(
                said, change_item, item=item.id, add_aliases=(NewAlias(shown.to_learn),)
            )

        self.desk.ask(asking, keep)
