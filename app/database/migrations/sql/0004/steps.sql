-- Steps that belong to a role or to a state, whoever asks.

-- A hold is released, or replaced by another that may stop less, by a manager.
CREATE FUNCTION hold_is_released() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF NOT pg_has_role(session_user, role_of('manager'), 'MEMBER') THEN
    RAISE EXCEPTION 'only a manager releases the hold of order %', old.number
      USING ERRCODE = '42501';
  END IF;
  RETURN new;
END $$;
CREATE TRIGGER order_hold_is_kept BEFORE UPDATE OF hold_code ON sales_order FOR EACH ROW
  WHEN (old.hold_code IS NOT NULL AND new.hold_code IS DISTINCT FROM old.hold_code)
  EXECUTE FUNCTION hold_is_released();

-- A line is taken off a draft only; later it is cancelled, and history keeps it.
CREATE FUNCTION line_is_taken_off() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT FROM sales_order o WHERE o.id = old.order_id AND o.state <> 'draft') THEN
    RAISE EXCEPTION 'a line is taken off a draft only' USING ERRCODE = 'OW022';
  END IF;
  RETURN old;
END $$;
CREATE TRIGGER order_line_is_kept BEFORE DELETE ON sales_order_line
  FOR EACH ROW EXECUTE FUNCTION line_is_taken_off();

-- Who only cancels a rest writes amounts, charges and the certificate, and nothing else.
DROP TRIGGER order_amounts_follow ON sales_order;
CREATE TRIGGER order_amounts_follow
  BEFORE UPDATE OF goods_amount, charges_amount, tax_amount, total_amount, tax_certificate
  ON sales_order FOR EACH ROW EXECUTE FUNCTION amounts_follow_a_return();
DROP TRIGGER order_charges_follow ON order_charge;
CREATE TRIGGER order_charges_follow
  BEFORE INSERT OR DELETE OR UPDATE OF order_id, line_id, kind, code, source, rule_id, billing,
    method, rate, item_ids, description, amount, is_taxable, tax_class_id
  ON order_charge FOR EACH ROW EXECUTE FUNCTION amounts_follow_a_return();
REVOKE EXECUTE ON FUNCTION hold_is_released(), line_is_taken_off() FROM PUBLIC;

-- Accounting holds an order as sales does.
GRANT UPDATE (hold_code, hold_reason, version) ON sales_order TO {p}_accounting;
