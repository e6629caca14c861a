"""The base of all tables: names of constraints, the column types of our words."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, ClassVar

from sqlalchemy import BigInteger, Date, Enum, Identity, MetaData, Numeric, Text, text
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP, UUID
from sqlalchemy.orm import DeclarativeBase, mapped_column

Quantity = Annotated[Decimal, "quantity"]
"""numeric(16,4), in the item's base unit."""
UnitPrice = Annotated[Decimal, "unit_price"]
"""numeric(18,6), in the document's currency per price unit."""
Amount = Annotated[Decimal, "amount"]
"""numeric(18,4), rounded to the currency's own decimals."""
Percent = Annotated[Decimal, "percent"]
"""numeric(9,6)."""
Rate = Annotated[Decimal, "rate"]
"""numeric(18,10), an exchange rate to base."""
Measure = Annotated[Decimal, "measure"]
"""numeric(14,4): kilograms, litres or millimetres."""
Json = Annotated[dict[str, Any], "json"]
"""A JSON object (jsonb)."""

Id = Annotated[int, mapped_column(BigInteger, Identity(), primary_key=True)]
"""A row's identity, given by the database."""


WORDS_OF_NAME = "to_tsvector('simple', translate(name_sort, '-_/.,:;()', '         '))"
"""The words of a customer's or item's name, as they are indexed; what joins words is a space."""


def _values(enum_class: type[StrEnum]) -> list[str]:
    return [member.value for member in enum_class]


class Base(DeclarativeBase):
    """All tables. Enums are stored by value as text with a CHECK."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        int: BigInteger,
        str: Text,
        date: Date,
        datetime: TIMESTAMP(timezone=True),
        uuid.UUID: UUID(as_uuid=True),
        Quantity: Numeric(16, 4),
        UnitPrice: Numeric(18, 6),
        Amount: Numeric(18, 4),
        Percent: Numeric(9, 6),
        Rate: Numeric(18, 10),
        Measure: Numeric(14, 4),
        Json: JSONB,
        StrEnum: Enum(
            StrEnum,
            native_enum=False,
            create_constraint=True,
            length=None,
            values_callable=_values,
        ),
    }


NOW = text("now()")
CURRENT_COMMAND = text("current_command_id()")
"""Facts carry the command that made them; a trigger checks that it is claimed right now."""
ZERO = text("0")
FALSE = text("false")
TRUE = text("true")
EMPTY = text("''")
