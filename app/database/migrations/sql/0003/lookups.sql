-- What decides taxes and charges, as one answer each: asked alone, or inside another statement.

CREATE FUNCTION tax_situation(p_customer bigint, p_ship_to jsonb, p_on date) RETURNS jsonb
LANGUAGE sql STABLE AS $$
  WITH place AS (
    SELECT coalesce(nullif(upper(btrim(p_ship_to->>'country')), ''), upper(k.country)) AS country,
           upper(btrim(coalesce(p_ship_to->>'region', ''))) AS region,
           regexp_replace(upper(coalesce(p_ship_to->>'postal_code', '')), '[^0-9A-Z]', '', 'g')
             AS postal_code,
           k.untaxed_is_normal
      FROM company k)
  SELECT jsonb_build_object(
    'country', p.country, 'region', p.region, 'postal_code', p.postal_code,
    'untaxed_is_normal', p.untaxed_is_normal,
    'account', (SELECT c.account_tax_class FROM customer c WHERE c.id = p_customer),
    'certificate', (
      SELECT x.certificate FROM tax_exemption x
       WHERE x.customer_id = p_customer AND coalesce(x.valid_from, '-infinity') <= p_on
         AND coalesce(x.valid_to, 'infinity') >= p_on
       ORDER BY x.valid_to DESC NULLS FIRST, x.id LIMIT 1),
    'classes', (SELECT coalesce(jsonb_object_agg(t.id, t.code), '{}') FROM tax_class t),
    'valid', (
      SELECT coalesce(jsonb_agg(jsonb_build_object(
               'jurisdiction_id', j.id, 'jurisdiction', j.name,
               'level', CASE WHEN j.postal_from <> '' THEN 2 ELSE 0 END
                        + CASE WHEN j.region <> '' THEN 1 ELSE 0 END,
               'tax_class_id', r.tax_class_id, 'account', r.account_tax_class,
               'sequence', r.sequence, 'name', r.name, 'percent', r.percent::text,
               'is_compound', r.is_compound)), '[]')
        FROM tax_jurisdiction j
        JOIN tax_rate r ON r.jurisdiction_id = j.id
       -- Two arms, each with its own index: whole regions, and ranges of postal codes.
       WHERE ((j.country = p.country AND j.region IN ('', p.region) AND j.postal_from = '')
              OR (j.country = p.country AND j.region IN ('', p.region) AND j.postal_from <> ''
                  AND postal_codes(j.postal_from, j.postal_to || '~', '[]') @> p.postal_code))
         AND coalesce(r.valid_from, '-infinity') <= p_on
         AND coalesce(r.valid_to, 'infinity') >= p_on))
    FROM place p
$$;

CREATE FUNCTION fitting_charge_rules(
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
   WHERE coalesce(r.currency, p_currency) = p_currency
     AND coalesce(r.valid_from, '-infinity') <= p_on
     AND coalesce(r.valid_to, 'infinity') >= p_on
     AND (r.customer_id IS NULL OR r.customer_id = p_customer)
     AND (r.account_group_id IS NULL OR a.rank IS NOT NULL)
     AND (r.item_id IS NULL OR r.item_id = ANY (p_items))
     AND (r.item_group_id IS NULL OR t.items IS NOT NULL)
     AND (r.delivery_mode_id IS NULL OR r.delivery_mode_id = m.id)
     AND (r.delivery_kind IS NULL OR r.delivery_kind = m.kind)
$$;
REVOKE EXECUTE ON FUNCTION tax_situation(bigint, jsonb, date),
  fitting_charge_rules(bigint, bigint, bigint[], text, date) FROM PUBLIC;

-- What of an order stands on invoices: lines by id, taxes by rate. Who cancels a rest may not
-- read invoices, and must leave the order at what is invoiced of it.
CREATE FUNCTION invoiced_of_order(p_order bigint) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT jsonb_build_object(
    'lines', (
      SELECT coalesce(jsonb_object_agg(d.id, jsonb_build_array(d.amount::text, d.discount::text)),
                      '{}')
        FROM (SELECT x.order_line_id AS id, sum(x.amount) AS amount,
                     sum(x.order_discount) AS discount
                FROM invoice_line x JOIN sales_order_line l ON l.id = x.order_line_id
               WHERE l.order_id = p_order GROUP BY 1) d),
    'taxes', (
      SELECT coalesce(jsonb_agg(jsonb_build_object(
               'jurisdiction', t.jurisdiction, 'sequence', t.sequence, 'name', t.name,
               'percent', t.percent::text, 'base', t.base::text, 'amount', t.amount::text)), '[]')
        FROM (SELECT y.jurisdiction, y.sequence, y.name, y.percent, sum(y.base) AS base,
                     sum(y.amount) AS amount
                FROM invoice_tax y JOIN invoice n ON n.id = y.invoice_id
               WHERE n.order_id = p_order AND y.shipment_id IS NULL
               GROUP BY 1, 2, 3, 4) t))
$$;
REVOKE EXECUTE ON FUNCTION invoiced_of_order(bigint) FROM PUBLIC;
