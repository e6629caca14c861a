-- Lots that expire are found by their day, and what is left of a lot by the lot, however many
-- lots there ever were.
CREATE INDEX ix_lot_expires_on_id ON lot (expires_on, id) WHERE expires_on IS NOT NULL;
CREATE INDEX ix_stock_balance_lot_id ON stock_balance (lot_id) WHERE lot_id IS NOT NULL;

-- Who buys takes goods in, as the rules of moves say; to where and why, those rules hold.
GRANT INSERT (item_id, lot_id, from_location_id, to_location_id, quantity, reason, note,
  order_line_id, allocation_id, carton_id, shipment_id, serial, reverses_id)
  ON stock_move TO {p}_purchasing;
