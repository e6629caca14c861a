-- How an item is counted is settled by its first move or order: what is written counts in it.
CREATE FUNCTION item_is_counted_alike() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT FROM stock_move m WHERE m.item_id = old.id)
     OR EXISTS (SELECT FROM sales_order_line l WHERE l.item_id = old.id) THEN
    RAISE EXCEPTION 'item % has moves or orders and is counted as before', old.number
      USING ERRCODE = 'OW022';
  END IF;
  RETURN new;
END $$;
REVOKE EXECUTE ON FUNCTION item_is_counted_alike() FROM PUBLIC;
CREATE TRIGGER item_is_counted_alike BEFORE UPDATE OF base_unit, quantity_decimals, tracking
  ON item FOR EACH ROW
  WHEN ((old.base_unit, old.quantity_decimals, old.tracking)
        IS DISTINCT FROM (new.base_unit, new.quantity_decimals, new.tracking))
  EXECUTE FUNCTION item_is_counted_alike();
