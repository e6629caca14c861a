"""The paper of the demo's past: it was printed in the days before and needs no printer today."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine

OF_THE_PAST = "orderwright.of_the_past"
"""The setting of a connection whose commands are the demo's past."""

_SETTLE = f"""
    CREATE FUNCTION paper_of_the_past() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF current_setting('{OF_THE_PAST}', true) = 'yes' THEN
        new.state := 'printed';
        new.finished_at := new.queued_at;
        new.result := 'Printed before the demo began';
      END IF;
      RETURN new;
    END $$;
    CREATE TRIGGER paper_of_the_past BEFORE INSERT ON print_job
      FOR EACH ROW EXECUTE FUNCTION paper_of_the_past()
"""


@contextmanager
def paper_of_the_past(owner: Engine) -> Iterator[None]:
    """While this lasts, what the demo's connection prints is printed already.

    A window that is open meanwhile prints its own paper and none of this.
    """
    with owner.begin() as connection:
        connection.exec_driver_sql(_SETTLE)
    yield
    with owner.begin() as connection:
        connection.exec_driver_sql("DROP FUNCTION paper_of_the_past() CASCADE")
