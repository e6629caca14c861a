-- Whatever a person or station writes is written in a command, so that the log says who did it;
-- the owner of the data folder (migrations, the demo company) is not asked.
CREATE FUNCTION written_in_a_command() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  -- Deeper are triggers at work: what they follow from was in a command.
  IF pg_trigger_depth() = 1
     AND NOT pg_has_role(session_user, (SELECT role_prefix || '_owner' FROM installation), 'MEMBER')
  THEN
    PERFORM require_command(ARRAY[current_command_id()]);
  END IF;
  RETURN NULL;
END $$;
REVOKE EXECUTE ON FUNCTION written_in_a_command() FROM PUBLIC;

-- Not here: what is guarded row by row (moves, promises), what only functions write, and paper,
-- whose queue reports how printing went.
DO $$
DECLARE each text;
BEGIN
  FOR each IN
    SELECT c.relname FROM pg_class c
     WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'
       AND c.relname NOT IN ('alembic_version', 'installation', 'command', 'event', 'event_touch',
                             'number_series', 'stock_move', 'stock_balance', 'allocation',
                             'account_group_above', 'item_group_above', 'print_job',
                             'archived_document')
     ORDER BY 1
  LOOP
    EXECUTE format('CREATE TRIGGER %I BEFORE INSERT OR UPDATE OR DELETE ON %I
                    FOR EACH STATEMENT EXECUTE FUNCTION written_in_a_command()',
                   each || '_in_a_command', each);
  END LOOP;
END $$;
