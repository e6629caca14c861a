"""Who is here: the login, what it may do, the company and the station."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.actor import Actor, Group
from app.core.errors import BusinessError
from app.core.messages import N_


class CompanyNotSetUp(BusinessError):
    """A company database in which nobody said yet which company it is."""

    sentence = N_(
        "This company has no name, currency and time zone yet. "
        "Set them first: orderwright do set_company --schema says how."
    )


@dataclass(frozen=True, slots=True)
class WhoAmI:
    """The person (or station) signed in, and the company they work for."""

    login: str
    name: str
    groups: tuple[Group, ...]
    company: str
    currency: str
    time_zone: str
    locale: str
    scan_prefix: str
    gs1_company_prefix: str
    is_demo: bool

    def actor(self, station: str | None = None) -> Actor:
        """The actor whom screens ask what they may offer."""
        return Actor(self.login, self.login, station, frozenset(self.groups))


def whoami(session: Session) -> WhoAmI:
    """Who is signed in, in which groups, and for which company. Raises: CompanyNotSetUp."""
    row = session.execute(
        text("""
            SELECT session_user::text AS login,
                   coalesce((SELECT p.name FROM person p WHERE p.login = session_user),
                            session_user) AS name,
                   ARRAY(SELECT g FROM unnest(CAST(:groups AS text[])) g
                          WHERE login_has_group(session_user::text, g)) AS groups,
                   c.name AS company, c.currency, c.time_zone, c.locale, c.scan_prefix,
                   c.gs1_company_prefix, c.is_demo
              FROM company c"""),
        {"groups": [group.value for group in Group]},
    ).one_or_none()
    if row is None:
        raise CompanyNotSetUp
    return WhoAmI(
        row.login,
        row.name,
        tuple(Group(group) for group in row.groups),
        row.company,
        row.currency,
        row.time_zone,
        row.locale,
        row.scan_prefix,
        row.gs1_company_prefix,
        row.is_demo,
    )
