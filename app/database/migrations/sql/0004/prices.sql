-- What items cost us, for whoever may read costs; for others nothing, where the table itself
-- would refuse the whole statement.
CREATE FUNCTION costs_to_see(p_items bigint[]) RETURNS TABLE (item_id bigint, cost numeric)
LANGUAGE plpgsql STABLE AS $$
BEGIN
  IF has_table_privilege('item_cost', 'SELECT') THEN
    RETURN QUERY SELECT k.item_id, k.cost::numeric FROM item_cost k WHERE k.item_id = ANY (p_items);
  END IF;
END $$;

REVOKE EXECUTE ON FUNCTION costs_to_see(bigint[]) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION costs_to_see(bigint[]) TO {p}_reader;
