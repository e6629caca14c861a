"""How customers stand with taxes: what kind of buyer they are, and their certificates."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import insert, text, update
from sqlalchemy.orm import Session

from app.core.actor import Actor, Group
from app.core.changes import changed
from app.core.errors import NotFound
from app.core.ids import CustomerRef, Kind
from app.models.taxes import TaxExemption
from app.operations.records import Problems, Seen, Subject, own_changes, those_given
from app.operations.taxes.jurisdictions import TaxSaved
from app.operations.taxes.rates import OpenEnd
from app.rules.periods import check_period
from app.rules.records import check_text
from app.rules.taxes import AccountTaxClass


def set_customer_tax_class(
    session: Session,
    actor: Actor,
    *,
    customer: CustomerRef,
    account_tax_class: AccountTaxClass | None = None,
) -> TaxSaved:
    """Say which kind of buyer a customer is for tax; none pays the rates that are for all.

    Raises: NotPermitted, NotFound.
    """
    actor.require("set_customer_tax_class", Group.ACCOUNTING)
    number = session.execute(
        text("""UPDATE customer SET account_tax_class = :tax_class
                 WHERE id = :id RETURNING number"""),
        {"id": customer, "tax_class": account_tax_class},
    ).scalar_one_or_none()
    if number is None:
        raise NotFound(what="customer", value=customer)
    return TaxSaved(customer, number, changed(Kind.CUSTOMER, customer))


def create_tax_exemption(
    session: Session,
    actor: Actor,
    *,
    customer: CustomerRef,
    certificate: str,
    valid_from: date | None = None,
    valid_to: date | None = None,
) -> TaxSaved:
    """Keep the certificate with which a customer pays no tax; both days are included.

    Raises: NotPermitted, NotFound, TextMissing, EndsBeforeStart; all at once.
    """
    actor.require("create_tax_exemption", Group.ACCOUNTING)
    known = session.execute(
        text("SELECT 1 FROM customer WHERE id = :id"), {"id": customer}
    ).scalar_one_or_none()
    problems = Problems()
    if known is None:
        problems.add(0, "customer", NotFound(what="customer", value=customer))
    values = _exemption(problems, certificate, valid_from, valid_to)
    problems.raise_all()
    id = session.execute(
        insert(TaxExemption).returning(TaxExemption.id), [{"customer_id": customer, **values}]
    ).scalar_one()
    return TaxSaved(id, values["certificate"], changed(Kind.CUSTOMER, customer))


def change_tax_exemption(
    session: Session,
    actor: Actor,
    *,
    exemption: int,
    seen: Seen | None = None,
    certificate: str | None = None,
    valid_from: date | None = None,
    valid_to: date | None = None,
    clear: tuple[OpenEnd, ...] = (),
) -> TaxSaved:
    """Change a certificate or its days, such as when it ends; orders keep what they say.

    Raises: NotPermitted, NotFound, ChangedBySomeoneElse, and as `create_tax_exemption`.
    """
    actor.require("change_tax_exemption", Group.ACCOUNTING)
    now = session.execute(
        text("SELECT * FROM tax_exemption WHERE id = :id FOR UPDATE"), {"id": exemption}
    ).one_or_none()
    if now is None:
        raise NotFound(what="exemption", value=exemption)
    told = those_given(certificate=certificate or None, valid_from=valid_from, valid_to=valid_to)
    subject = Subject(f"Certificate {now.certificate}", Kind.CUSTOMER, now.customer_id)
    own = own_changes(session, seen, told | dict.fromkeys(clear), now._asdict(), subject)
    kept = {name: getattr(now, name) for name in ("certificate", "valid_from", "valid_to")}
    problems = Problems()
    values = _exemption(problems, **(kept | own))
    problems.raise_all()
    session.execute(
        update(TaxExemption)
        .where(TaxExemption.id == exemption)
        .values(values)
        .execution_options(synchronize_session=False)
    )
    return TaxSaved(exemption, values["certificate"], changed(Kind.CUSTOMER, now.customer_id))


def _exemption(
    problems: Problems, certificate: str, valid_from: date | None, valid_to: date | None
) -> dict[str, Any]:
    what = f"The exemption {certificate}"
    problems.check(0, "valid_to", check_period, what, valid_from, valid_to)
    return {
        "certificate": problems.check(0, "certificate", _certificate, certificate),
        "valid_from": valid_from,
        "valid_to": valid_to,
    }


def _certificate(value: str) -> str:
    return check_text("certificate", value, required=True)
