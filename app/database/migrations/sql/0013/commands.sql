-- The command at work is the one this transaction claimed, whatever a session says it is.
CREATE OR REPLACE FUNCTION current_command_id() RETURNS uuid LANGUAGE sql STABLE AS $$
  SELECT c.id FROM public.command c
   WHERE c.id = nullif(current_setting('orderwright.command', true), '')::uuid
     AND c.xid = pg_current_xact_id_if_assigned()
$$;

-- Who did it is who the command says. The column is the trigger's argument.
CREATE FUNCTION signed_by_operator() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  v_operator text := (SELECT c.operator FROM command c WHERE c.id = current_command_id());
BEGIN
  IF v_operator IS NOT NULL THEN
    new := jsonb_populate_record(new, jsonb_build_object(tg_argv[0], v_operator));
  END IF;
  RETURN new;
END $$;
REVOKE EXECUTE ON FUNCTION signed_by_operator() FROM PUBLIC;
CREATE TRIGGER order_note_is_signed BEFORE INSERT ON order_note
  FOR EACH ROW EXECUTE FUNCTION signed_by_operator('written_by');
CREATE TRIGGER waived_charge_is_signed BEFORE INSERT ON waived_charge
  FOR EACH ROW EXECUTE FUNCTION signed_by_operator('waived_by');
CREATE TRIGGER picklist_is_signed BEFORE INSERT ON picklist
  FOR EACH ROW EXECUTE FUNCTION signed_by_operator('created_by');
CREATE TRIGGER print_job_is_signed BEFORE INSERT ON print_job
  FOR EACH ROW EXECUTE FUNCTION signed_by_operator('operator');
CREATE TRIGGER bin_count_is_signed BEFORE INSERT ON bin_count
  FOR EACH ROW EXECUTE FUNCTION signed_by_operator('asked_by');
CREATE TRIGGER bin_count_is_closed_by BEFORE UPDATE OF state ON bin_count
  FOR EACH ROW EXECUTE FUNCTION signed_by_operator('closed_by');
