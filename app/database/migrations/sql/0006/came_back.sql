-- What was cancelled because it came back still counts for the steps of a price; what a person
-- cancelled does not. Goods that go out again came back too, but cancelled nothing.

ALTER TABLE sales_order_line ADD COLUMN came_back NUMERIC(16, 4) DEFAULT 0 NOT NULL;
COMMENT ON COLUMN sales_order_line.came_back IS
  'What of `cancelled` was cancelled because it came back. Derived.';
UPDATE sales_order_line SET came_back = least(cancelled, returned)
 WHERE cancelled > 0 AND returned > 0;
ALTER TABLE sales_order_line
  ADD CONSTRAINT ck_sales_order_line_came_back_within_cancelled
    CHECK (came_back >= 0 AND came_back <= cancelled),
  ADD CONSTRAINT ck_sales_order_line_came_back_only_numbers CHECK (came_back <> 'NaN');

CREATE FUNCTION cancelled_as_returned() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF new.cancelled > old.cancelled AND EXISTS (
       SELECT FROM stock_move m
        WHERE m.command_id = current_command_id() AND m.reason = 'return'
          AND m.order_line_id = new.id) THEN
    new.came_back := old.came_back + new.cancelled - old.cancelled;
  ELSIF new.cancelled < old.cancelled THEN
    -- A return booked by mistake is wanted again, or the whole order is.
    new.came_back := greatest(0, old.came_back + new.cancelled - old.cancelled);
  END IF;
  RETURN new;
END $$;
REVOKE EXECUTE ON FUNCTION cancelled_as_returned() FROM PUBLIC;
CREATE TRIGGER line_cancelled_as_returned BEFORE UPDATE OF cancelled ON sales_order_line
  FOR EACH ROW WHEN (new.cancelled IS DISTINCT FROM old.cancelled)
  EXECUTE FUNCTION cancelled_as_returned();
