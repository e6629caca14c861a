-- A staging that is taken back puts goods where they came from: off a cart, onto that cart.
INSERT INTO move_rule (reason, from_kind, to_kind, group_name)
VALUES ('unstage', 'staging', 'cart', 'floor');
