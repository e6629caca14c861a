-- Invoices: the number is given by posting, and nothing posted ever changes.

CREATE FUNCTION invoice_changes() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF old.state = 'posted' THEN
    RAISE EXCEPTION 'invoice % is posted and does not change', old.number
      USING ERRCODE = 'OW030';
  END IF;
  IF tg_op = 'DELETE' THEN
    RETURN old;
  END IF;
  IF new.state = 'posted' THEN
    new.posted_at := now();
    new.posted_by := (SELECT c.operator FROM command c WHERE c.id = current_command_id());
    IF new.kind = 'invoice' THEN
      UPDATE number_series s SET next = s.next + 1 WHERE s.code = 'invoice'
        RETURNING s.prefix || (s.next - 1) INTO new.number;
    END IF;
  ELSIF new.number IS NOT NULL THEN
    RAISE EXCEPTION 'an invoice number is given by posting' USING ERRCODE = 'OW031';
  END IF;
  RETURN new;
END $$;

CREATE FUNCTION invoice_starts_as_draft() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF new.state <> 'draft' OR new.number IS NOT NULL THEN
    RAISE EXCEPTION 'an invoice starts as a draft without a number' USING ERRCODE = 'OW031';
  END IF;
  RETURN new;
END $$;

CREATE TRIGGER invoice_is_new BEFORE INSERT ON invoice
  FOR EACH ROW EXECUTE FUNCTION invoice_starts_as_draft();
CREATE TRIGGER invoice_is_kept BEFORE UPDATE OR DELETE ON invoice
  FOR EACH ROW EXECUTE FUNCTION invoice_changes();
CREATE TRIGGER invoice_is_not_emptied BEFORE TRUNCATE ON invoice
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Rows of a posted invoice neither come, change nor go.
CREATE FUNCTION invoice_row_changes() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE v_invoice bigint;
BEGIN
  FOREACH v_invoice IN ARRAY
    CASE tg_op WHEN 'INSERT' THEN ARRAY[new.invoice_id]
               WHEN 'DELETE' THEN ARRAY[old.invoice_id]
               ELSE ARRAY[old.invoice_id, new.invoice_id] END
  LOOP
    IF EXISTS (SELECT FROM invoice i WHERE i.id = v_invoice AND i.state = 'posted') THEN
      RAISE EXCEPTION 'a posted invoice does not change' USING ERRCODE = 'OW030';
    END IF;
  END LOOP;
  RETURN CASE WHEN tg_op = 'DELETE' THEN old ELSE new END;
END $$;

CREATE TRIGGER invoice_line_is_kept BEFORE INSERT OR UPDATE OR DELETE ON invoice_line
  FOR EACH ROW EXECUTE FUNCTION invoice_row_changes();
CREATE TRIGGER invoice_charge_is_kept BEFORE INSERT OR UPDATE OR DELETE ON invoice_charge
  FOR EACH ROW EXECUTE FUNCTION invoice_row_changes();
CREATE TRIGGER invoice_tax_is_kept BEFORE INSERT OR UPDATE OR DELETE ON invoice_tax
  FOR EACH ROW EXECUTE FUNCTION invoice_row_changes();

-- What stands on an invoice, draft or posted, counts as invoiced on the order line.
CREATE FUNCTION invoice_lines_counted() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF tg_op = 'UPDATE' THEN
    RAISE EXCEPTION 'invoice lines are replaced, not changed' USING ERRCODE = 'OW030';
  END IF;
  IF tg_op = 'INSERT' THEN
    UPDATE sales_order_line l SET invoiced = l.invoiced + d.quantity
      FROM (SELECT order_line_id, sum(quantity) AS quantity FROM changed_line GROUP BY 1) d
     WHERE l.id = d.order_line_id;
  ELSE
    UPDATE sales_order_line l SET invoiced = l.invoiced - d.quantity
      FROM (SELECT order_line_id, sum(quantity) AS quantity FROM changed_line GROUP BY 1) d
     WHERE l.id = d.order_line_id;
  END IF;
  RETURN NULL;
END $$;

CREATE TRIGGER invoice_line_added AFTER INSERT ON invoice_line
  REFERENCING NEW TABLE AS changed_line
  FOR EACH STATEMENT EXECUTE FUNCTION invoice_lines_counted();
CREATE TRIGGER invoice_line_removed AFTER DELETE ON invoice_line
  REFERENCING OLD TABLE AS changed_line
  FOR EACH STATEMENT EXECUTE FUNCTION invoice_lines_counted();
CREATE TRIGGER invoice_line_changed AFTER UPDATE ON invoice_line
  REFERENCING NEW TABLE AS changed_line
  FOR EACH STATEMENT EXECUTE FUNCTION invoice_lines_counted();

-- Locks an invoice, so that no role needs a right to update it in order to lock it.
CREATE FUNCTION lock_invoices(p_invoices bigint[]) RETURNS SETOF invoice
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM FROM invoice i WHERE i.id = ANY (p_invoices) ORDER BY i.id FOR NO KEY UPDATE;
  RETURN QUERY SELECT i.* FROM invoice i WHERE i.id = ANY (p_invoices) ORDER BY i.id;
END $$;
CREATE FUNCTION lock_trips(p_trips bigint[]) RETURNS SETOF trip
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM FROM trip t WHERE t.id = ANY (p_trips) ORDER BY t.id FOR NO KEY UPDATE;
  RETURN QUERY SELECT t.* FROM trip t WHERE t.id = ANY (p_trips) ORDER BY t.id;
END $$;
CREATE FUNCTION lock_picklists(p_picklists bigint[]) RETURNS SETOF picklist_line
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM FROM picklist p WHERE p.id = ANY (p_picklists) ORDER BY p.id FOR NO KEY UPDATE;
  RETURN QUERY SELECT k.* FROM picklist_line k WHERE k.picklist_id = ANY (p_picklists)
    ORDER BY k.id;
END $$;
CREATE FUNCTION lock_cartons(p_cartons bigint[]) RETURNS SETOF carton
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM FROM carton c WHERE c.id = ANY (p_cartons) ORDER BY c.id FOR NO KEY UPDATE;
  RETURN QUERY SELECT c.* FROM carton c WHERE c.id = ANY (p_cartons) ORDER BY c.id;
END $$;
