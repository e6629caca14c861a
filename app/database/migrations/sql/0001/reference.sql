-- What every database starts with: the ends of the world, series, and the rules of moves.
INSERT INTO location (kind, code, name) VALUES
  ('supplier', 'SUPPLIER', 'Suppliers'), ('customer', 'CUSTOMER', 'Customers'),
  ('adjustment', 'ADJUSTMENT', 'Found and lost'), ('dropship', 'DROPSHIP', 'Drop shipments'),
  ('scrap', 'SCRAP', 'Scrapped');
INSERT INTO number_series (code, prefix, next) VALUES
  ('invoice', 'INV-', 1001), ('sscc', '', 1);
INSERT INTO hold_code
  (code, name, stops_allocation, stops_picking, stops_packing, stops_invoicing) VALUES
  ('CREDIT', 'Credit limit', true, true, true, false),
  ('CHECK', 'Order to be checked', true, true, true, true),
  ('NO-SHIP', 'Do not ship yet', false, false, true, false),
  ('NO-BILL', 'Do not invoice yet', false, false, false, true);

INSERT INTO move_rule (reason, from_kind, to_kind, group_name)
SELECT reason, f, t, g
  FROM (VALUES
    ('receive', '{supplier}', '{receiving,storage,counter,quarantine}', '{floor,purchasing}'),
    ('opening', '{adjustment}',
       '{receiving,storage,counter,quarantine,staging,packing,cart}', '{stock}'),
    ('adjust', '{adjustment}',
       '{receiving,storage,counter,quarantine,staging,packing,cart,truck,transit}', '{stock}'),
    ('adjust', '{receiving,storage,counter,quarantine,staging,packing,cart,truck,transit}',
       '{adjustment}', '{stock}'),
    ('transfer', '{receiving,storage,counter,quarantine,cart,packing}',
       '{receiving,storage,counter,quarantine,cart,packing,transit}', '{floor}'),
    ('transfer', '{transit}', '{receiving,storage,counter,quarantine}', '{floor}'),
    ('pick', '{storage,counter,receiving}', '{cart,staging,packing,truck}', '{floor}'),
    ('stage', '{storage,counter,receiving,cart,packing,staging}', '{staging}', '{floor}'),
    ('unstage', '{staging,packing,cart,truck}', '{storage,counter,receiving,quarantine}',
       '{floor}'),
    ('load', '{staging,packing,cart,storage,counter}', '{truck}', '{floor}'),
    ('unload', '{truck}', '{staging,packing}', '{floor}'),
    ('box', '{storage,counter,receiving,cart,staging,packing}', '{packing}', '{floor}'),
    ('pack', '{packing,staging,cart}', '{customer}', '{floor}'),
    ('pack', '{counter}', '{customer}', '{floor,sales}'),
    ('pack', '{truck}', '{customer}', '{dispatch}'),
    ('unpack', '{customer}', '{packing,staging,counter}', '{floor}'),
    ('unpack', '{customer}', '{truck}', '{manager}'),
    ('return', '{customer}', '{receiving,storage,counter,quarantine}', '{floor}'),
    ('return', '{customer}', '{staging}', '{dispatch}'),
    ('scrap', '{receiving,storage,counter,quarantine,staging,packing,cart}', '{scrap}',
       '{stock}'),
    ('drop_ship', '{supplier}', '{dropship}', '{purchasing}'),
    ('drop_ship', '{dropship}', '{customer}', '{purchasing}'),
    ('brought_forward', '{supplier}', '{customer}', '{stock}')
  ) AS r(reason, froms, tos, groups),
  LATERAL unnest(r.froms::text[]) f, LATERAL unnest(r.tos::text[]) t,
  LATERAL unnest(r.groups::text[]) g;
