-- A lot is blocked for a reason: whoever meets it at the bench reads it.
UPDATE lot SET blocked_reason = 'no reason was given' WHERE btrim(blocked_reason) = '';
ALTER TABLE lot ADD CONSTRAINT ck_lot_blocked_for_a_reason CHECK (btrim(blocked_reason) <> '');

-- The few that are blocked are found at once, however many lots there ever were.
CREATE INDEX ix_lot_blocked ON lot (id) WHERE blocked_reason IS NOT NULL;
