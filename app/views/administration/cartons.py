"""Carton types: what boxes weigh empty, how large they are inside, which one is the usual one."""

from __future__ import annotations

from decimal import Decimal
from functools import partial
from typing import Any

from PySide6.QtWidgets import QLineEdit, QWidget

from app.core.actor import Group
from app.core.ids import Kind
from app.core.messages import N_
from app.operations.carton_types import (
    CartonMeasures,
    create_carton_type,
    redefine_carton_type,
)
from app.queries.carton_types import CartonTypeRow
from app.rules.packing import CartonKind
from app.views import theme
from app.views.administration.topic import Topic
from app.views.theme import Tone
from app.views.widgets.action_button import Action
from app.views.widgets.asking import Asking
from app.views.widgets.choice_field import ChoiceField
from app.views.widgets.document_frame import DocumentModel, Fact
from app.views.widgets.empty_state import Empty
from app.views.widgets.list_screen import SavedView
from app.views.widgets.notice_panel import Notice
from app.views.widgets.number_field import NumberField
from app.views.widgets.numbers import write_number
from app.views.widgets.row_painting import Card
from app.views.widgets.state_badge import Badge
from app.views.widgets.wording import words

SHAPES = {
    CartonKind.BOX: words(N_("Box")),
    CartonKind.TOTE: words(N_("Tote, which comes back")),
    CartonKind.PALLET: words(N_("Pallet")),
}
USUAL = Badge(words(N_("Usual")), Tone.GOOD)
RETIRED = Badge(words(N_("Retired")), Tone.NEUTRAL)
MEASURES = (
    ("tare_kg", words(N_("Weighs empty")), "kg"),
    ("max_kg", words(N_("Holds at most")), "kg"),
    ("length_mm", words(N_("Length inside")), "mm"),
    ("width_mm", words(N_("Width inside")), "mm"),
    ("height_mm", words(N_("Height inside")), "mm"),
    ("volume_l", words(N_("Litres")), "l"),
)
ANY = words(N_("any"))


def size_words(row: CartonTypeRow) -> str:
    """The sides inside: 600 × 400 × 300 mm; empty where none are told."""
    sides = (row.length_mm, row.width_mm, row.height_mm)
    told = [write_number(side) for side in sides if side is not None]
    return words(N_("{sides} mm"), sides=" × ".join(told)) if told else ""


def _amount(value: Decimal | None, unit: str) -> str:
    return ANY if value is None else f"{write_number(value)} {unit}"


class CartonForm(Asking):
    """Asks for a carton type: a new one, or how one is to be."""

    def __init__(self, now: CartonTypeRow | None, parent: QWidget) -> None:
        title = words(N_("New carton type"))
        if now is not None:
            title = words(N_("Change {name}"), name=now.name)
        sentence = words(
            N_("Sides are measured inside; the litres follow from them when left empty.")
        )
        super().__init__(title, words(N_("Save")), sentence, parent)
        self.setMinimumWidth(theme.px(560))
        self._now = now
        if now is None:
            self.add("code", words(N_("Code")), QLineEdit(), is_wide=False)
        name = QLineEdit(now.name if now else "")
        self.add("name", words(N_("Name")), name, is_wide=now is not None)
        if now is None:
            shapes = ChoiceField(tuple(SHAPES.items()), CartonKind.BOX)
            self.add("kind", words(N_("What it is")), shapes)
        for measure, label, unit in MEASURES:
            field = NumberField(label, suffix=unit)
            field.set_value(getattr(now, measure, None))
            if measure != "tare_kg":
                field.setPlaceholderText(ANY)
            self.add(measure, label, field, is_wide=False)

    def values(self) -> dict[str, Any]:
        """The arguments of the verb. Raises: NotANumber, TooFine."""
        typed = super().values()
        measures = {name: typed.pop(name) for name, _label, _unit in MEASURES}
        measures["tare_kg"] = measures["tare_kg"] or Decimal(0)
        if self._has_only_other_sides(measures):
            measures["volume_l"] = None  # the litres that were reckoned from the sides before
        return {**typed, "measures": CartonMeasures(**measures)}

    def _has_only_other_sides(self, measures: dict[str, Decimal | None]) -> bool:
        now = self._now
        if now is None or now.length_mm is None or measures["volume_l"] != now.volume_l:
            return False
        return any(
            measures[side] != getattr(now, side) for side in ("length_mm", "width_mm", "height_mm")
        )


class CartonsTopic(Topic):
    """Carton types."""

    kind = Kind.CARTON_TYPE
    view = SavedView("cartons", words(N_("Carton types")))
    seen_by = (Group.ADMIN, Group.STOCK)
    kept_by = (Group.STOCK, Group.ADMIN)
    nothing = Empty(
        words(N_("No carton type yet")),
        words(N_("N makes one. Without any, no carton can be opened at the packing station.")),
        "package",
    )
    new = words(N_("New carton type"))

    def card(self, row: CartonTypeRow) -> Card:
        badge = USUAL if row.is_default else None
        if not row.is_active:
            badge = RETIRED
        holds = "" if row.volume_l is None else f"{write_number(row.volume_l)} l"
        return Card(row.name, holds, (row.code, size_words(row)), badge=badge)

    def model(self, shown: CartonTypeRow) -> DocumentModel:
        why_not = self.why_not
        usual = "" if shown.is_active else words(N_("it is retired"))
        if shown.is_default:
            usual = words(N_("it is the usual one already"))
        retire = words(N_("Retire")) if shown.is_active else words(N_("Bring back"))
        notices = []
        if shown.is_default:
            sentence = words(N_("New cartons are of this type when nobody chooses another."))
            notices.append(Notice(sentence, Tone.INFO))
        if not shown.is_active:
            sentence = words(
                N_("No new carton is of this type; cartons that are keep it. It has no barcode.")
            )
            notices.append(Notice(sentence, Tone.ATTENTION))
        return DocumentModel(
            shown.name,
            badges=(RETIRED,) if not shown.is_active else (USUAL,) if shown.is_default else (),
            subline=(shown.code, SHAPES[shown.shape]),
            facts=(
                Fact(words(N_("Weighs empty")), _amount(shown.tare_kg, "kg")),
                Fact(words(N_("Holds at most")), _amount(shown.max_kg, "kg")),
                Fact(words(N_("Inside")), size_words(shown) or words(N_("not told"))),
                Fact(words(N_("Litres")), _amount(shown.volume_l, "l")),
            ),
            action=Action("change", words(N_("Change")), "Ctrl+Return", why_not=why_not),
            secondary=(
                Action("usual", words(N_("Make it the usual one")), "U", why_not=why_not or usual),
                Action("retire", retire, "O", why_not=why_not),
            ),
            notices=tuple(notices),
        )

    def begin(self) -> None:

        def make(values: dict[str, Any]) -> None:
            said = words(
                N_("{name} is there. Its barcode is on the command sheet that is printed next."),
                name=values["name"],
            )
            self.control.carry_out(
                said,
                create_carton_type,
                goal=lambda saved: (Kind.CARTON_TYPE, saved.carton_type_id),
                **values,
            )

        self.desk.ask(CartonForm(None, self.parent), make)

    def act(self, action: str, shown: CartonTypeRow) -> None:
        run = partial(self.control.carry_out, carton_type=shown.id)
        if action == "change":
            said = words(N_("{name} is changed."), name=shown.name)
            form = CartonForm(shown, self.parent)
            change = partial(run, said, redefine_carton_type)
            self.desk.ask(form, lambda values: change(seen=form.seen, **values))
        elif action == "usual":
            said = words(N_("New cartons are {name} from now on."), name=shown.name)
            run(said, redefine_carton_type, is_default=True)
        elif action == "retire":
            said = words(N_("{name} is retired."), name=shown.name)
            if not shown.is_active:
                said = words(N_("{name} is back in use."), name=shown.name)
            run(said, redefine_carton_type, is_active=not shown.is_active)
