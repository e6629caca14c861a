-- A charge rule is switched off and on; what is off stands in the way of none.
ALTER TABLE charge_rule ADD COLUMN is_active BOOLEAN DEFAULT true NOT NULL;
COMMENT ON COLUMN charge_rule.is_active IS 'No: switched off, no order takes it.';
ALTER TABLE charge_rule
  DROP CONSTRAINT ex_charge_rule_one_a_day,
  ADD CONSTRAINT ex_charge_rule_one_a_day EXCLUDE USING gist (
    code WITH =, level WITH =,
    (coalesce(customer_id, 0)) WITH =, (coalesce(account_group_id, 0)) WITH =,
    (coalesce(item_id, 0)) WITH =, (coalesce(item_group_id, 0)) WITH =,
    (coalesce(delivery_mode_id, 0)) WITH =, (coalesce(delivery_kind, '')) WITH =,
    (coalesce(currency, '')) WITH =, daterange(valid_from, valid_to, '[]') WITH &&)
    WHERE (is_active);

CREATE OR REPLACE FUNCTION fitting_charge_rules(
  p_customer bigint, p_mode bigint, p_items bigint[], p_currency text, p_on date) RETURNS jsonb
LANGUAGE sql STABLE AS $$
  SELECT coalesce(jsonb_agg(to_jsonb(r) || jsonb_build_object(
           'rate', r.rate::text, 'account_group_rank', a.rank, 'item_group_rank', t.rank,
           'items', CASE WHEN r.item_id IS NOT NULL THEN to_jsonb(ARRAY[r.item_id])
                         WHEN r.item_group_id IS NOT NULL THEN to_jsonb(t.items) END,
           'brackets', (
             SELECT jsonb_agg(jsonb_build_array(b.from_amount::text, b.amount::text))
               FROM charge_bracket b WHERE b.rule_id = r.id)) ORDER BY r.id), '[]')
    FROM charge_rule r
    LEFT JOIN delivery_mode m ON m.id = p_mode
    LEFT JOIN LATERAL (
      SELECT ARRAY[s.priority, -u.depth, -u.above_id] AS rank
        FROM (SELECT c.group_id, 0 AS priority FROM customer c WHERE c.id = p_customer
              UNION ALL
              SELECT x.account_group_id, x.priority FROM account_group_member x
               WHERE x.customer_id = p_customer) s
        JOIN account_group_above u ON u.group_id = s.group_id
        JOIN account_group g ON g.id = u.above_id AND g.is_active
       WHERE u.above_id = r.account_group_id
       ORDER BY 1 DESC LIMIT 1) a ON true
    LEFT JOIN LATERAL (
      SELECT max(ARRAY[s.priority, -u.depth, -u.above_id]) AS rank,
             array_agg(DISTINCT s.item_id) AS items
        FROM (SELECT i.id AS item_id, i.group_id, 0 AS priority FROM item i
               WHERE i.id = ANY (p_items)
              UNION ALL
              SELECT x.item_id, x.item_group_id, x.priority FROM item_group_member x
               WHERE x.item_id = ANY (p_items)) s
        JOIN item_group_above u ON u.group_id = s.group_id
        JOIN item_group g ON g.id = u.above_id AND g.is_active
       WHERE u.above_id = r.item_group_id) t ON true
   WHERE r.is_active AND coalesce(r.currency, p_currency) = p_currency
     AND coalesce(r.valid_from, '-infinity') <= p_on
     AND coalesce(r.valid_to, 'infinity') >= p_on
     AND (r.customer_id IS NULL OR r.customer_id = p_customer)
     AND (r.account_group_id IS NULL OR a.rank IS NOT NULL)
     AND (r.item_id IS NULL OR r.item_id = ANY (p_items))
     AND (r.item_group_id IS NULL OR t.items IS NOT NULL)
     AND (r.delivery_mode_id IS NULL OR r.delivery_mode_id = m.id)
     AND (r.delivery_kind IS NULL OR r.delivery_kind = m.kind)
$$;
