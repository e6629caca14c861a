"""Agreements: their records as a list, their ladders, and whom they can be made with."""

from app.queries.agreements.ladders import (
    VIEWS,
    Ladder,
    LadderRise,
    LadderRow,
    active_records,
    ladder,
    ladders,
    records_of_list,
)
from app.queries.agreements.records import (
    AgreementRow,
    agreement_ladder,
    agreement_rows,
    agreements_by_id,
)
from app.queries.agreements.sides import (
    AgreementChoices,
    AgreementSide,
    agreement_choices,
    find_item_sides,
    find_parties,
)

__all__ = [
    "VIEWS",
    "AgreementChoices",
    "AgreementRow",
    "AgreementSide",
    "Ladder",
    "LadderRise",
    "LadderRow",
    "active_records",
    "agreement_choices",
    "agreement_ladder",
    "agreement_rows",
    "agreements_by_id",
    "find_item_sides",
    "find_parties",
    "ladder",
    "ladders",
    "records_of_list",
]
