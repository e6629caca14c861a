-- Who only cancels a rest (packing, coming back) lets an order's charges follow what is left: as
-- their rules say, and no further. Else the next shipment would bear whatever the floor liked.
CREATE FUNCTION charge_follows_its_rule() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE v_most numeric;
BEGIN
  IF pg_has_role(session_user, role_of('sales'), 'MEMBER') THEN
    RETURN new;
  END IF;
  SELECT CASE
           WHEN new.billing = 'per_shipment' THEN 0
           WHEN new.method = 'per_quantity' THEN new.rate * g.quantity
           WHEN new.method = 'percent' THEN new.rate * g.net / 100
           ELSE new.rate END INTO v_most
    FROM charge_rule r
    CROSS JOIN (SELECT coalesce(sum(l.wanted), 0) AS quantity,
                       coalesce(sum(l.amount - l.order_discount), 0) AS net
                  FROM sales_order_line l WHERE l.order_id = new.order_id) g
   WHERE r.id = new.rule_id AND new.source = 'automatic' AND r.code = new.code
     AND r.billing = new.billing AND r.method = new.method
     AND (new.rate = r.rate OR (r.rate IS NULL AND (new.rate = 0 OR EXISTS (
           SELECT FROM charge_bracket b WHERE b.rule_id = r.id AND b.amount = new.rate))));
  IF v_most IS NULL OR new.amount > round(
       v_most, currency_decimals((SELECT o.currency FROM sales_order o WHERE o.id = new.order_id)))
  THEN
    RAISE EXCEPTION 'a charge is raised by sales, or by its rule' USING ERRCODE = '42501';
  END IF;
  RETURN new;
END $$;
REVOKE EXECUTE ON FUNCTION charge_follows_its_rule() FROM PUBLIC;
CREATE TRIGGER order_charge_follows_its_rule BEFORE INSERT OR UPDATE OF order_id, line_id, kind,
    code, source, rule_id, billing, method, rate, item_ids, description, amount, is_taxable,
    tax_class_id
  ON order_charge FOR EACH ROW EXECUTE FUNCTION charge_follows_its_rule();
