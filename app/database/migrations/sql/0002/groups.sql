-- Nested groups: which groups stand at or above each group, kept whenever a parent changes.
-- There are hundreds of groups, not millions: the answer is reckoned anew and the difference
-- written. The lock lets one change of the nesting happen at a time, so that two people cannot
-- put two groups into each other.

CREATE FUNCTION account_groups_nested() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE v_circular text;
BEGIN
  LOCK TABLE account_group_above IN SHARE ROW EXCLUSIVE MODE;
  WITH RECURSIVE climb AS (
    SELECT id AS group_id, id AS above_id, 0 AS depth, code FROM account_group
    UNION ALL
    SELECT c.group_id, g.parent_id, c.depth + 1, c.code
      FROM climb c JOIN account_group g ON g.id = c.above_id
     WHERE g.parent_id IS NOT NULL
  ) CYCLE above_id SET is_circular USING path
  SELECT code INTO v_circular FROM climb WHERE is_circular ORDER BY code LIMIT 1;
  IF v_circular IS NOT NULL THEN
    RAISE EXCEPTION 'group % would stand inside itself', v_circular USING ERRCODE = 'OW050';
  END IF;
  WITH RECURSIVE climb AS (
    SELECT id AS group_id, id AS above_id, 0 AS depth FROM account_group
    UNION ALL
    SELECT c.group_id, g.parent_id, c.depth + 1
      FROM climb c JOIN account_group g ON g.id = c.above_id
     WHERE g.parent_id IS NOT NULL
  ), gone AS (
    DELETE FROM account_group_above a
     WHERE NOT EXISTS (SELECT FROM climb c
                        WHERE c.group_id = a.group_id AND c.above_id = a.above_id)
  )
  INSERT INTO account_group_above (group_id, above_id, depth)
  SELECT group_id, above_id, depth FROM climb
  ON CONFLICT (group_id, above_id) DO UPDATE SET depth = excluded.depth
    WHERE account_group_above.depth <> excluded.depth;
  RETURN NULL;
END $$;

CREATE FUNCTION item_groups_nested() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE v_circular text;
BEGIN
  LOCK TABLE item_group_above IN SHARE ROW EXCLUSIVE MODE;
  WITH RECURSIVE climb AS (
    SELECT id AS group_id, id AS above_id, 0 AS depth, code FROM item_group
    UNION ALL
    SELECT c.group_id, g.parent_id, c.depth + 1, c.code
      FROM climb c JOIN item_group g ON g.id = c.above_id
     WHERE g.parent_id IS NOT NULL
  ) CYCLE above_id SET is_circular USING path
  SELECT code INTO v_circular FROM climb WHERE is_circular ORDER BY code LIMIT 1;
  IF v_circular IS NOT NULL THEN
    RAISE EXCEPTION 'group % would stand inside itself', v_circular USING ERRCODE = 'OW050';
  END IF;
  WITH RECURSIVE climb AS (
    SELECT id AS group_id, id AS above_id, 0 AS depth FROM item_group
    UNION ALL
    SELECT c.group_id, g.parent_id, c.depth + 1
      FROM climb c JOIN item_group g ON g.id = c.above_id
     WHERE g.parent_id IS NOT NULL
  ), gone AS (
    DELETE FROM item_group_above a
     WHERE NOT EXISTS (SELECT FROM climb c
                        WHERE c.group_id = a.group_id AND c.above_id = a.above_id)
  )
  INSERT INTO item_group_above (group_id, above_id, depth)
  SELECT group_id, above_id, depth FROM climb
  ON CONFLICT (group_id, above_id) DO UPDATE SET depth = excluded.depth
    WHERE item_group_above.depth <> excluded.depth;
  RETURN NULL;
END $$;

CREATE TRIGGER account_groups_nest AFTER INSERT OR UPDATE OF parent_id ON account_group
  FOR EACH STATEMENT EXECUTE FUNCTION account_groups_nested();
CREATE TRIGGER item_groups_nest AFTER INSERT OR UPDATE OF parent_id ON item_group
  FOR EACH STATEMENT EXECUTE FUNCTION item_groups_nested();
INSERT INTO account_group_above (group_id, above_id, depth) SELECT id, id, 0 FROM account_group;
INSERT INTO item_group_above (group_id, above_id, depth) SELECT id, id, 0 FROM item_group;
UPDATE account_group SET parent_id = parent_id;
UPDATE item_group SET parent_id = parent_id;
REVOKE EXECUTE ON FUNCTION account_groups_nested(), item_groups_nested() FROM PUBLIC;
