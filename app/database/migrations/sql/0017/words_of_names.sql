-- Any word of a name is found by its beginning: "rope" finds "Mooring rope". What joins words is
-- taken for a space first: the parser would make one word of "12-volt" or "gps/plotter".
CREATE INDEX ix_customer_words ON customer
  USING gin (to_tsvector('simple', translate(name_sort, '-_/.,:;()', '         ')));
CREATE INDEX ix_item_words ON item
  USING gin (to_tsvector('simple', translate(name_sort, '-_/.,:;()', '         ')));
