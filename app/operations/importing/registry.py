"""Every kind that can be imported, by name."""

from __future__ import annotations

from app.operations.importing.agreements import AGREEMENTS, PRICE_BOOKS
from app.operations.importing.charges import CHARGES
from app.operations.importing.items import ITEMS
from app.operations.importing.kinds import ImportKind
from app.operations.importing.orders import ORDERS
from app.operations.importing.partners import CUSTOMERS, SUPPLIERS
from app.operations.importing.stock import STOCK
from app.operations.importing.taxes import TAXES

_KINDS: tuple[ImportKind, ...] = (
    ITEMS,
    CUSTOMERS,
    SUPPLIERS,
    STOCK,
    ORDERS,
    AGREEMENTS,
    PRICE_BOOKS,
    TAXES,
    CHARGES,
)

KINDS: dict[str, ImportKind] = {kind.name: kind for kind in _KINDS}
