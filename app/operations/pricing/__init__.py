"""Prices are agreed here: trade agreements and price books."""

from app.operations.pricing.agreements import (
    AgreementsSaved,
    activate_agreements,
    change_agreement,
    copy_agreements,
    create_agreements,
    deactivate_agreements,
    delete_draft_agreements,
    end_agreement,
    mass_change_agreements,
)
from app.operations.pricing.books import (
    BookEntry,
    change_price_book,
    create_price_book,
    give_price_book,
    set_price_book_entries,
)
from app.operations.pricing.ladders import RisingStep
from app.operations.pricing.records import NewAgreement

__all__ = [
    "AgreementsSaved",
    "BookEntry",
    "NewAgreement",
    "RisingStep",
    "activate_agreements",
    "change_agreement",
    "change_price_book",
    "copy_agreements",
    "create_agreements",
    "create_price_book",
    "deactivate_agreements",
    "delete_draft_agreements",
    "end_agreement",
    "give_price_book",
    "mass_change_agreements",
    "set_price_book_entries",
]
