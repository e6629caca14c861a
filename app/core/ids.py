"""The kinds of things there are, and typed ids for them.

An argument annotated with one of the `…Ref` types may be given as the id or, at the
command line, as the number or code printed on it (`SO-1001`); the edge resolves it.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler, ValidationInfo
from pydantic_core import core_schema

LARGEST_ID = 2**63 - 1
"""What the database's ids can count to."""


class Kind(StrEnum):
    """What an id is an id of; also the `type` in scan results and change notices."""

    COMPANY = "company"
    PERSON = "person"
    STATION = "station"
    ITEM = "item"
    ITEM_GROUP = "item_group"
    CUSTOMER = "customer"
    ACCOUNT_GROUP = "account_group"
    SUPPLIER = "supplier"
    WAREHOUSE = "warehouse"
    LOCATION = "location"
    LOT = "lot"
    ORDER = "order"
    ORDER_LINE = "order_line"
    PICKLIST = "picklist"
    PICKLIST_LINE = "picklist_line"
    CARTON = "carton"
    CARTON_TYPE = "carton_type"
    SHIPMENT = "shipment"
    TRIP = "trip"
    INVOICE = "invoice"
    PRINTER = "printer"
    PRINT_JOB = "print_job"
    STOCK = "stock"
    AGREEMENT = "agreement"
    PRICE_BOOK = "price_book"
    TAX_CLASS = "tax_class"
    JURISDICTION = "jurisdiction"
    TAX_RATE = "tax_rate"
    CHARGE_RULE = "charge_rule"
    COUNT = "count"
    CURRENCY = "currency"
    PAYMENT_TERMS = "payment_terms"
    DELIVERY_MODE = "delivery_mode"
    WRONG_SCAN = "wrong_scan"


@dataclass(frozen=True, slots=True)
class Reference:
    """Marks an integer argument as the id of a `Kind`; its number or code is accepted too."""

    kind: Kind

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> core_schema.CoreSchema:
        """Let the validation context's `resolve(kind, text)` turn a number or code into the id."""

        def resolve(value: Any, info: ValidationInfo) -> Any:
            if isinstance(value, str) and info.context:
                resolver: Callable[[Kind, str], int] = info.context["resolve"]
                return resolver(self.kind, value)
            if isinstance(value, bool):
                raise ValueError("true or false is no id, number or code")
            if isinstance(value, (int, Decimal)) and not -LARGEST_ID <= value <= LARGEST_ID:
                raise ValueError(f"no {self.kind.value.replace('_', ' ')} has so large an id")
            return value

        return core_schema.with_info_before_validator_function(resolve, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return {
            "type": ["integer", "string"],
            "description": f"the id of a {self.kind.value}, or its number or code",
        }


CustomerRef = Annotated[int, Reference(Kind.CUSTOMER)]
SupplierRef = Annotated[int, Reference(Kind.SUPPLIER)]
ItemRef = Annotated[int, Reference(Kind.ITEM)]
WarehouseRef = Annotated[int, Reference(Kind.WAREHOUSE)]
LocationRef = Annotated[int, Reference(Kind.LOCATION)]
OrderRef = Annotated[int, Reference(Kind.ORDER)]
OrderLineRef = Annotated[int, Reference(Kind.ORDER_LINE)]
PicklistRef = Annotated[int, Reference(Kind.PICKLIST)]
PicklistLineRef = Annotated[int, Reference(Kind.PICKLIST_LINE)]
CartonRef = Annotated[int, Reference(Kind.CARTON)]
CartonTypeRef = Annotated[int, Reference(Kind.CARTON_TYPE)]
ShipmentRef = Annotated[int, Reference(Kind.SHIPMENT)]
TripRef = Annotated[int, Reference(Kind.TRIP)]
InvoiceRef = Annotated[int, Reference(Kind.INVOICE)]
PrintJobRef = Annotated[int, Reference(Kind.PRINT_JOB)]
PrinterRef = Annotated[int, Reference(Kind.PRINTER)]
StationRef = Annotated[int, Reference(Kind.STATION)]
LotRef = Annotated[int, Reference(Kind.LOT)]
AgreementRef = Annotated[int, Reference(Kind.AGREEMENT)]
PersonRef = Annotated[int, Reference(Kind.PERSON)]
CountRef = Annotated[int, Reference(Kind.COUNT)]


def new_command_id() -> uuid.UUID:
    """A fresh identity for one command; repeating it repeats the answer, not the act."""
    return uuid.uuid4()
