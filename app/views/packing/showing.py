"""The packing station's state, written as it is to be read from a metre away."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from zoneinfo import ZoneInfo

from app.controllers.packing import Answer, Bench, Mood, PackingController, ScanEntry
from app.core.messages import N_, plain, render
from app.queries.packing import PackCounts, PackRow
from app.rules.packing import Goods, PackCarton, PackLine, PackOrder, PackType
from app.rules.scanning import COMMAND_WORDS, StationCommand
from app.rules.stock import Tracking
from app.views.theme import Tone
from app.views.widgets.action_button import Action
from app.views.widgets.answer_banner import Answer as BannerAnswer
from app.views.widgets.counting_list import CountRow
from app.views.widgets.numbers import write_number
from app.views.widgets.quantity_bar import Bar, bar
from app.views.widgets.text import DOT
from app.views.widgets.timeline import TimelineEntry
from app.views.widgets.wording import counted, words, write_near_day

_TONE = {
    Mood.WAITING: Tone.NEUTRAL,
    Mood.GOOD: Tone.GOOD,
    Mood.DONE: Tone.GOOD,
    Mood.WRONG: Tone.WRONG,
    Mood.ATTENTION: Tone.ATTENTION,
}
_PLACE = {"packing": N_("here"), "staging": N_("lane {place}"), "cart": N_("cart {place}")}
_AHEAD = {"packing": 0, "staging": 1, "cart": 2}
ACKNOWLEDGE = "F1"


def _key(command: StationCommand, shortcut: str) -> Action:
    """A key that does what the command's barcode does."""
    return Action(command.value, render(COMMAND_WORDS[command].word), shortcut)


_UNDO = _key(StationCommand.UNDO, "F2")
_PRINT_AGAIN = _key(StationCommand.PRINT_AGAIN, "F9")
_COMMANDS = Action("commands", words(N_("Command sheet")), "F10")
_LOG_OUT = _key(StationCommand.LOG_OUT, "F11")
KEYS = (
    _UNDO,
    _key(StationCommand.QUANTITY, "F4"),
    _key(StationCommand.CLOSE_CARTON, "F6"),
    _key(StationCommand.SHORT, "F8"),
    _PRINT_AGAIN,
    _key(StationCommand.FINISH, "F12"),
)
STOPPED_KEYS = (_key(StationCommand.ACKNOWLEDGE, ACKNOWLEDGE),)
DONE_KEYS = (_UNDO, Action("orders", words(N_("Orders to pack")), "F3"), _PRINT_AGAIN, _LOG_OUT)
IDLE_KEYS = (Action("view", words(N_("Next list")), "F3"), _COMMANDS, _LOG_OUT)
HIDDEN_KEYS = (
    _key(StationCommand.CARTON_TYPE, "F5"),
    _key(StationCommand.NEW_CARTON, "F7"),
    _COMMANDS,
    _LOG_OUT,
    Action("preview", words(N_("Preview the label; without an order the commands")), "Shift+F9"),
)
"""Keys that work while an order is open and stand on the key sheet alone."""

VIEWS = (
    ("to pack", words(N_("To pack"))),
    ("started", words(N_("Started"))),
    ("done today", words(N_("Done today"))),
)


def banner(answer: Answer, waiting: int, *, is_stopped: bool) -> BannerAnswer:
    """The answer as the banner paints it."""
    sentence = answer.sentence
    if is_stopped:
        said = [sentence, words(N_("{key} or scan OK."), key=ACKNOWLEDGE)]
        if waiting:
            scans = counted(waiting, "more scan waits", "more scans wait")
            said.append(f"{scans}.")
        # The way on has a line of its own: it is looked for, not read to.
        sentence = "\n".join((said[0], "  ".join(said[1:])))
    return BannerAnswer(answer.word, sentence, _TONE[answer.mood])


def keys_of(bench: Bench, *, is_stopped: bool) -> tuple[Action, ...]:
    """The keys that mean something now."""
    if is_stopped:
        return STOPPED_KEYS
    if bench.order is None:
        return IDLE_KEYS
    return DONE_KEYS if bench.is_done else KEYS


class LineCards:
    """The lines of the open order as cards. A line that did not change keeps its card."""

    def __init__(self) -> None:
        self._made: dict[int, tuple[object, CountRow]] = {}

    def of(self, order: PackOrder) -> tuple[CountRow, ...]:
        """What is still to be boxed first, then what is complete."""
        promised: dict[int, list[Goods]] = {}
        free: dict[int, list[Goods]] = {}
        for each in order.goods:
            if each.quantity > 0 and each.line_id is not None:
                promised.setdefault(each.line_id, []).append(each)
            elif each.quantity > 0:
                free.setdefault(each.item_id, []).append(each)
        before, self._made = self._made, {}
        for line in order.lines:
            goods = tuple(promised.get(line.id) or free.get(line.item_id, [])[:1])
            shown = (line, order.items[line.item_id], goods)
            made = before.get(line.id)
            if made is None or made[0] != shown:
                made = (shown, _card(order, line, goods))
            self._made[line.id] = made
        lines = sorted(order.lines, key=lambda line: (line.room == 0, line.line_no))
        return tuple(self._made[line.id][1] for line in lines)


def _card(order: PackOrder, line: PackLine, goods: tuple[Goods, ...]) -> CountRow:
    item = order.items[line.item_id]
    is_complete = line.room == 0
    sub = [item.number]
    if not is_complete:
        if item.tracking in (Tracking.SERIAL, Tracking.SERIAL_OUT):
            sub.append(words(N_("serial each")))
        sub.append(_where(order, goods))
    elif line.wanted == 0:
        sub.append(words(N_("cancelled")))
    elif line.packed >= line.wanted:
        sub.append(words(N_("packed")))
    return CountRow(
        line.id,
        item.name,
        tuple(sub),
        done=write_number(line.done),
        wanted=f"{write_number(line.wanted)} {item.unit}",
        is_complete=is_complete,
    )


def _where(order: PackOrder, goods: tuple[Goods, ...]) -> str:
    """Where goods are, nearest first: here, lane S-03, bin A-14-2; or that none are."""
    if not goods:
        return words(N_("none in stock"))
    if goods[0].line_id is None:
        return words(N_("free in {place}"), place=goods[0].location)
    near = sorted(goods, key=lambda g: (g.location_id != order.bench_id, _AHEAD.get(g.kind, 3)))
    places = list(dict.fromkeys(_place(order, each) for each in near))
    return ", ".join(places[:2]) + (" …" if len(places) > 2 else "")


def _place(order: PackOrder, goods: Goods) -> str:
    if goods.location_id == order.bench_id:
        return words(N_("here"))
    return words(_PLACE.get(goods.kind, N_("bin {place}")), place=goods.location)


def progress_words(order: PackOrder) -> str:
    """How far the order is, in the one unit of its goods or else in lines."""
    done = order.lines_wanted - order.lines_left
    return words(
        N_("{done} of {wanted}"),
        done=write_number(order.done) if order.unit else str(done),
        wanted=_size(order.wanted, order.lines_wanted, order.unit),
    )


def _size(quantity: Decimal, lines: int, unit: str) -> str:
    """How much: with its unit, or where units differ the number of lines."""
    return f"{write_number(quantity)} {unit}" if unit else counted(lines, "line", "lines")


def progress_bar(order: PackOrder) -> Bar:
    """What is boxed or gone, of what is wanted."""
    return bar(max(order.wanted, Decimal(1)), packed=order.done)


def carton_title(carton: PackCarton | None) -> str:
    """Which carton takes the goods."""
    if carton is None:
        return words(N_("No carton open"))
    return words(N_("Carton {number} of this order"), number=carton.number)


def carton_words(bench: Bench, order: PackOrder) -> tuple[str, Tone]:
    """Its type, weight of what it may weigh, and the room left in it."""
    carton = bench.carton
    if carton is None:
        closed = sum(1 for each in order.cartons if each.state != "open")
        said = [words(N_("{many} closed"), many=closed)] if closed else []
        said.append(words(N_("the next item opens one")))
        if bench.new_type is not None:
            said.append(_with_key(bench.new_type))
        return DOT.join(said), Tone.NEUTRAL
    weight = order.weight_of(carton)
    parts, tone = [_with_key(carton.type)], Tone.NEUTRAL
    if carton.type.max_kg is not None:
        parts.append(
            words(
                N_("{weight} of {most} kg"),
                weight=plain(round(weight, 1)),
                most=plain(carton.type.max_kg),
            )
        )
        if weight > carton.type.max_kg:
            parts.append(words(N_("too heavy")))
            tone = Tone.WRONG
    if carton.type.volume_l is not None and any(i.volume_l for i in order.items.values()):
        room = carton.type.volume_l - order.volume_of(carton)
        if room >= 0:
            parts.append(words(N_("room for {many} litres"), many=plain(round(room))))
        else:
            parts.append(words(N_("full by volume")))
            tone = Tone.ATTENTION if tone is Tone.NEUTRAL else tone
    return DOT.join(parts), tone


def _with_key(type: PackType) -> str:
    """A type with the key that chooses another."""
    return f"{type.name} (F5)"


def carton_bar(order: PackOrder, carton: PackCarton | None) -> Bar:
    """How full the carton is, by weight or by volume, whichever is nearer its end."""
    if carton is None:
        return Bar(Decimal(1))
    weight = order.weight_of(carton) / carton.type.max_kg if carton.type.max_kg else Decimal(0)
    volume = order.volume_of(carton) / carton.type.volume_l if carton.type.volume_l else Decimal(0)
    full = max(weight, volume)
    if full > 1:
        return bar(Decimal(1), short=Decimal(1))
    return bar(Decimal(1), staged=full)


def scan_rows(entries: tuple[ScanEntry, ...], time_zone: str) -> tuple[TimelineEntry, ...]:
    """The last scans; a tick when it is written, dots while it is on its way."""
    zone = ZoneInfo(time_zone)
    rows = []
    for each in entries:
        mark = " …" if each.is_pending else " ✓" if each.mood is Mood.GOOD else ""
        time = f"{each.at.astimezone(zone):%H:%M:%S}"
        rows.append(TimelineEntry(time, each.code, f"{each.words}{mark}", _TONE[each.mood]))
    return tuple(rows)


def queue_row(row: PackRow, today: date) -> CountRow:
    """An order of the queue as a card, as it is read `today`."""
    return CountRow(
        row.id,
        f"{row.number}   {row.customer}",
        (
            row.delivery,
            words(N_("for {day}"), day=write_near_day(row.requested_date, today)),
            counted(row.lines, "line", "lines") if row.unit else "",
        ),
        done=write_number(row.done) if row.unit else str(row.lines_done),
        wanted=_size(row.wanted, row.lines, row.unit),
        is_complete=row.done >= row.wanted > 0,
    )


def counts_of(counts: PackCounts) -> dict[str, int]:
    """The counts by view."""
    return {
        "to pack": counts.to_pack,
        "started": counts.started,
        "done today": counts.done_today,
    }


def status_words(station: PackingController) -> tuple[str, Tone]:
    """Station, operator, what was done today, and the connection."""
    bench, behind = station.bench, station.behind
    parts = [bench.station.name if bench.station else "…"]
    operator = station.people.operator
    parts.append(operator.name if operator else words(N_("nobody signed on")))
    if bench.next.quantity is not None:
        parts.append(f"× {plain(bench.next.quantity)}")
    if bench.next.source is not None:
        parts.append(words(N_("from {place}"), place=bench.next.source[1]))
    if not behind.is_connected:
        parts.append(words(N_("no connection, {many} kept"), many=behind.queue.pending))
        return DOT.join(parts), Tone.WRONG
    parts.append(words(N_("{many} packed today"), many=station.queue.counts.done_today))
    return DOT.join(parts), Tone.GOOD
