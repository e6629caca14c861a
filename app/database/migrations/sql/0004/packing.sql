-- Cartons and shipments are what their goods say.

-- A carton that is packed went with a shipment of its own order and holds no promised goods; one
-- that is not went with none. Looked at when everything of the transaction is done.
CREATE OR REPLACE FUNCTION carton_went_or_is_here() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE c carton;
BEGIN
  SELECT * INTO c FROM carton WHERE id = new.id;
  IF tg_op = 'UPDATE' AND old.state = 'packed' AND c.state <> 'packed' AND NOT EXISTS (
       SELECT FROM stock_move m WHERE m.command_id = current_command_id() AND m.carton_id = c.id
          AND m.reason IN ('unpack', 'return')) THEN
    RAISE EXCEPTION 'the goods in carton % are away', c.sscc USING ERRCODE = 'OW016';
  END IF;
  IF (c.state = 'packed') <> (c.shipment_id IS NOT NULL)
     OR c.shipment_id IS NOT NULL AND NOT EXISTS (
          SELECT FROM shipment s WHERE s.id = c.shipment_id AND s.order_id = c.order_id)
     OR c.state = 'packed' AND EXISTS (SELECT FROM allocation a WHERE a.carton_id = c.id) THEN
    RAISE EXCEPTION 'carton % is % but its goods and its shipment say otherwise', c.sscc, c.state
      USING ERRCODE = 'OW016';
  END IF;
  RETURN NULL;
END $$;

-- What is said of a carton that is away stays as it was said; only its tracking number may come late.
CREATE FUNCTION carton_is_away() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  RAISE EXCEPTION 'carton % has left', old.sscc USING ERRCODE = 'OW016';
END $$;

CREATE TRIGGER carton_is_away BEFORE UPDATE ON carton FOR EACH ROW
  WHEN (old.state = 'packed' AND new.state = 'packed'
        AND (old.type_id, old.parent_id, old.trip_id, old.shipment_id, old.weight_kg)
            IS DISTINCT FROM
            (new.type_id, new.parent_id, new.trip_id, new.shipment_id, new.weight_kg))
  EXECUTE FUNCTION carton_is_away();

-- A carton is opened on a bench of its order's warehouse.
CREATE FUNCTION carton_is_opened() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM location p JOIN sales_order o ON o.warehouse_id = p.warehouse_id
                  WHERE p.id = new.location_id AND p.kind = 'packing' AND o.id = new.order_id)
  THEN
    RAISE EXCEPTION 'carton % is not opened on a bench of its order''s warehouse', new.sscc
      USING ERRCODE = 'OW016';
  END IF;
  RETURN new;
END $$;

CREATE TRIGGER carton_is_opened BEFORE INSERT ON carton
  FOR EACH ROW EXECUTE FUNCTION carton_is_opened();

-- A shipment is packed while goods are away with it and cancelled when all are back; asked when
-- all is done, for it is made before its moves.
CREATE OR REPLACE FUNCTION shipment_is_what_left() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE v_state text;
BEGIN
  SELECT CASE WHEN sum(CASE m.reason WHEN 'unpack' THEN -m.quantity ELSE m.quantity END) > 0
              THEN 'packed' ELSE 'cancelled' END INTO v_state
    FROM stock_move m
   WHERE m.shipment_id = new.id AND m.reason IN ('pack', 'brought_forward', 'drop_ship', 'unpack');
  IF EXISTS (SELECT FROM shipment s WHERE s.id = new.id AND s.state <> v_state) THEN
    RAISE EXCEPTION 'shipment % is not what its goods say (%)', new.number, v_state
      USING ERRCODE = 'OW016';
  END IF;
  RETURN NULL;
END $$;

DROP TRIGGER shipment_is_what_left ON shipment;

CREATE CONSTRAINT TRIGGER shipment_is_what_left AFTER INSERT OR UPDATE OF state ON shipment
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION shipment_is_what_left();

REVOKE EXECUTE ON FUNCTION carton_is_away(), carton_is_opened() FROM PUBLIC;
