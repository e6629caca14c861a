-- Numbers that are read by scanners have their check digit, and measures are none below nothing.

CREATE FUNCTION has_check_digit(p_code text) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT sum(substr(p_code, n, 1)::int
             * CASE (length(p_code) - n) % 2 WHEN 1 THEN 3 ELSE 1 END) % 10 = 0
    FROM generate_series(1, length(p_code)) n
$$;
COMMENT ON FUNCTION has_check_digit(text) IS 'GS1 General Specifications, 7.9.1.';
REVOKE EXECUTE ON FUNCTION has_check_digit(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION has_check_digit(text) TO {p}_reader;
ALTER TABLE carton
  ADD CONSTRAINT ck_carton_sscc_check_digit CHECK (has_check_digit(sscc));
ALTER TABLE item_unit
  ADD CONSTRAINT ck_item_unit_gtin_check_digit CHECK (has_check_digit(gtin));
ALTER TABLE item
  ADD CONSTRAINT ck_item_measures_not_negative
    CHECK (weight_kg >= 0 AND volume_l >= 0 AND over_pack_tolerance >= 0 AND reorder_level >= 0);
ALTER TABLE location
  ADD CONSTRAINT ck_location_capacity_not_negative
    CHECK (capacity_kg >= 0 AND capacity_l >= 0 AND capacity_pallets >= 0),
  ADD CONSTRAINT ck_location_not_in_itself CHECK (parent_id <> id);
ALTER TABLE delivery_mode
  ADD CONSTRAINT ck_delivery_mode_days_not_negative CHECK (transit_days >= 0);
ALTER TABLE supplier
  ADD CONSTRAINT ck_supplier_days_not_negative CHECK (lead_time_days >= 0);
ALTER TABLE customer
  ADD CONSTRAINT ck_customer_tolerance_not_negative CHECK (over_pack_tolerance >= 0);
