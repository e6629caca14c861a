"""What customers and suppliers share: numbers, names, ways to reach them, addresses."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from app.core.countries import country_code
from app.core.errors import BusinessError
from app.core.messages import N_
from app.core.money import decimals_of
from app.operations.records import Problems, Seen, Subject, own_changes
from app.rules.records import NUMBER_LENGTH, check_email, check_text

Owner = Literal["customer", "supplier"]
LINES = ("street", "city", "region", "postal_code", "country")
"""What of an address is typed line by line."""


class AddressNotTheirs(BusinessError):
    """An address of somebody else."""

    sentence = N_("{owner} has no address {address}. Reload it and choose one of theirs.")


@dataclass(frozen=True, slots=True)
class PartnerAddress:
    """Where an account is billed or supplied. The country by ISO code or English name."""

    name: str = ""
    street: str = ""
    city: str = ""
    region: str = ""
    postal_code: str = ""
    country: str = ""
    is_bill_to: bool = True
    is_ship_to: bool = True


@dataclass(frozen=True, slots=True)
class ChangedAddress:
    """An address that takes the place of the one with this id."""

    id: int
    address: PartnerAddress


def checked_address(index: int, address: PartnerAddress, problems: Problems) -> dict[str, Any]:
    """The address with checked lines and its country as the ISO code."""
    row = asdict(address)
    for field in ("name", "street", "city", "region", "postal_code"):
        row[field] = problems.check(
            index, field, lambda value, f=field: check_text(f.replace("_", " "), value), row[field]
        )
    row["country"] = problems.check(index, "country", country_code, address.country)
    return row


def checked_account(index: int, account: Any, problems: Problems) -> dict[str, Any]:
    """Number, name, contact, phone, e-mail and currency of a customer or supplier."""
    check = problems.check
    name = check(index, "name", _required("name"), account.name)
    return {
        "number": check(index, "number", _number, account.number),
        "name": name,
        "name_sort": name.casefold(),
        "contact": check(index, "contact", _line("contact"), account.contact),
        "phone": check(index, "phone", _line("phone"), account.phone),
        "email": check(index, "email", check_email, account.email),
        "currency": check(index, "currency", _currency, account.currency)
        if account.currency
        else None,
    }


def _currency(code: str) -> str:
    decimals_of(code)
    return code


def _number(value: str) -> str:
    return check_text("number", value, NUMBER_LENGTH, required=True)


def _required(field: str) -> Any:
    return lambda value: check_text(field, value, required=True)


def _line(field: str) -> Any:
    return lambda value: check_text(field, value)


_ADDRESSES = text("""
    INSERT INTO address (customer_id, supplier_id, name, street, city, region, postal_code,
                         country, is_bill_to, is_ship_to)
    SELECT customer_id, supplier_id, name, street, city, region, postal_code, country, is_bill_to,
           is_ship_to
      FROM jsonb_to_recordset(:addresses) AS r(customer_id bigint, supplier_id bigint, name text,
             street text, city text, region text, postal_code text, country text,
             is_bill_to boolean, is_ship_to boolean)
""").bindparams(bindparam("addresses", type_=JSONB))


def write_addresses(
    session: Session, owner: Owner, rows: Iterable[tuple[int, dict[str, Any]]]
) -> None:
    """Write checked addresses, each with the id of whose it is."""
    addresses = [{f"{owner}_id": id, **address} for id, address in rows]
    if addresses:
        session.execute(_ADDRESSES, {"addresses": addresses})


def own_addresses(
    session: Session, seen: Seen | None, changes: Sequence[ChangedAddress], subject: Subject
) -> tuple[ChangedAddress, ...]:
    """Changed addresses with the lines that their person left as they are now.

    Raises: ChangedBySomeoneElse.
    """
    if seen is None:
        return tuple(changes)
    rows = session.execute(
        text("SELECT * FROM address WHERE id = ANY (:ids) ORDER BY id FOR NO KEY UPDATE"),
        {"ids": [each.id for each in changes]},
    )
    now = {row.id: {line: getattr(row, line) for line in LINES} for row in rows}
    lines = {name: value for name, value in seen.items() if name in LINES}
    merged = []
    for each in changes:
        wanted = {line: getattr(each.address, line) for line in LINES}
        there = now.get(each.id, wanted)  # one that is gone is refused by what writes it
        own = own_changes(session, lines, wanted, there, subject)
        merged.append(replace(each, address=replace(each.address, **(there | own))))
    return tuple(merged)


def change_addresses(
    session: Session,
    owner: Owner,
    id: int,
    number: str,
    *,
    add: Sequence[PartnerAddress],
    change: Sequence[ChangedAddress],
    remove: Sequence[int],
    problems: Problems,
) -> None:
    """Check, and unless something was wrong before, write the changes of one owner's addresses.

    Orders and invoices carry copies, so an address can be removed any time.
    """
    new = [checked_address(0, address, problems) for address in add]
    changed_rows = [
        {"id": each.id, **checked_address(0, each.address, problems)} for each in change
    ]
    ids = [*(each.id for each in change), *remove]
    if ids:
        theirs = set(
            session.execute(
                text(f"SELECT id FROM address WHERE {owner}_id = :id AND id = ANY (:ids)"),
                {"id": id, "ids": ids},
            ).scalars()
        )
        for each in ids:
            if each not in theirs:
                problems.add(0, "addresses", AddressNotTheirs(owner=number, address=each))
    problems.raise_all()
    for row in changed_rows:
        session.execute(
            text("""UPDATE address SET name = :name, street = :street, city = :city,
                      region = :region, postal_code = :postal_code, country = :country,
                      is_bill_to = :is_bill_to, is_ship_to = :is_ship_to WHERE id = :id"""),
            row,
        )
    if remove:
        session.execute(text("DELETE FROM address WHERE id = ANY (:ids)"), {"ids": list(remove)})
    write_addresses(session, owner, [(id, row) for row in new])
