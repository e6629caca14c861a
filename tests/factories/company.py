"""The small company every database test starts from: a few items, two customers, some places.

It is written into the template database once per test process; each test gets a clone.
"""

from __future__ import annotations

from sqlalchemy import Connection, text

PEOPLE = {
    "anna": "sales",
    "fritz": "floor",
    "doris": "dispatch",
    "stefan": "stock",
    "paula": "purchasing",
    "karl": "accounting",
    "maria": "manager",
    "adam": "admin",
}
"""One login per group role."""

_REFERENCE = """
INSERT INTO company (name, address, country, currency, time_zone, gs1_company_prefix)
VALUES ('Test Trading', '1 Test Street', 'US', 'USD', 'UTC', '9520001');
INSERT INTO payment_terms (code, name, days) VALUES ('NET30', '30 days net', 30);
INSERT INTO delivery_mode (code, name, kind, transit_days) VALUES
  ('CARRIER', 'Carrier', 'carrier', 2), ('TRUCK', 'Our truck', 'own_truck', 1),
  ('PICKUP', 'Pick-up', 'pick_up', 0), ('COUNTER', 'Counter', 'counter', 0);
INSERT INTO tax_class (code, name) VALUES ('STD', 'Standard');
INSERT INTO tax_jurisdiction (code, name, country) VALUES ('US', 'United States', 'US');
INSERT INTO tax_rate (jurisdiction_id, tax_class_id, name, percent)
VALUES (1, 1, 'Sales tax', 8);
INSERT INTO warehouse (code, name) VALUES ('MAIN', 'Main warehouse'), ('NORTH', 'North');
INSERT INTO location (warehouse_id, kind, code, is_pickable, walk_sequence) VALUES
  (1, 'storage', 'A-01', true, 10), (1, 'storage', 'A-02', true, 20),
  (1, 'storage', 'A-03', true, 30), (1, 'receiving', 'RECV', false, 0),
  (1, 'staging', 'S-01', false, 0), (1, 'staging', 'S-02', false, 0),
  (1, 'packing', 'P-01', false, 0), (1, 'cart', 'CART-1', false, 0),
  (1, 'counter', 'C-01', true, 90), (1, 'quarantine', 'Q-01', false, 0),
  (2, 'storage', 'N-01', true, 10);
INSERT INTO location (kind, code, name, capacity_kg) VALUES
  ('truck', 'TRUCK-1', 'Truck one', 1000), ('truck', 'TRUCK-2', 'Truck two', 1000);
INSERT INTO carton_type (code, name, tare_kg, max_kg, volume_l, is_default) VALUES
  ('BOX-M', 'Box M', 0.4, 20, 40, true), ('TOTE', 'Tote', 1.5, 25, 60, false);
INSERT INTO customer (number, name, name_sort, currency, terms_id, delivery_mode_id) VALUES
  ('C-1', 'Brightwater Marine', 'brightwater marine', 'USD', 1, 1),
  ('C-2', 'Harbour Stores', 'harbour stores', 'USD', 1, 2);
INSERT INTO address (customer_id, street, city, postal_code, country, is_bill_to, is_ship_to)
VALUES (1, 'Harbour Road 14', 'Falmouth', '02540', 'US', true, true),
       (2, 'Quay 3', 'Salem', '01970', 'US', true, true);
INSERT INTO item (number, name, name_sort, base_unit, quantity_decimals, tracking, list_price,
                  tax_class_id, weight_kg) VALUES
  ('ROPE', 'Mooring rope', 'mooring rope', 'm', 2, 'none', 2.10, 1, 0.1),
  ('PUMP', 'Bilge pump', 'bilge pump', 'pc', 0, 'none', 39.90, 1, 1.2),
  ('ANCHOR', 'Plough anchor', 'plough anchor', 'pc', 0, 'none', 148.00, 1, 20),
  ('FLARE', 'Hand flare', 'hand flare', 'pc', 0, 'lot', 12.50, 1, 0.3),
  ('RADIO', 'VHF radio', 'vhf radio', 'pc', 0, 'serial', 240.00, 1, 0.5),
  ('FREE', 'Item without price', 'item without price', 'pc', 0, 'none', NULL, 1, 1);
INSERT INTO item_unit (item_id, name, factor, gtin) VALUES
  (2, 'pc', 1, '09520001000027'), (2, 'case', 6, '19520001000024'), (1, 'm', 1, '09520001000010');
INSERT INTO station (code, name, login, warehouse_id, packing_location_id, lane_id)
SELECT 'PACK-1', 'Packing 1', 'pack1', 1, p.id, s.id FROM location p, location s
 WHERE p.code = 'P-01' AND s.code = 'S-01';
INSERT INTO printer (code, name, kind, address, language) VALUES
  ('FOLDER', 'Paper folder', 'folder', 'paper', 'pdf');
INSERT INTO station_printer (station_id, role, printer_id)
SELECT NULL, r, 1 FROM unnest(ARRAY['documents', 'picklists', 'labels']) r;
"""


def write_small_company(connection: Connection) -> None:
    """Fill an empty company database, as its owner. No stock yet: that takes a command."""
    connection.exec_driver_sql(_REFERENCE)
    for login, group in PEOPLE.items():
        connection.execute(
            text("INSERT INTO person (login, name, badge) VALUES (:login, :name, :badge)"),
            {"login": login, "name": login.capitalize(), "badge": f"B-{login}"},
        )
        connection.execute(
            text("SELECT create_login(:login, 'secret', ARRAY[:group])"),
            {"login": login, "group": group},
        )
    connection.execute(text("SELECT create_login('pack1', 'secret', ARRAY['floor'])"))
