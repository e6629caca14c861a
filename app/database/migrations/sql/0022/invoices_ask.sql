-- An invoice gives nothing back; what a customer gets back is a credit. One that an earlier program
-- posted below nothing never changes: where there is one, the rule is for those that come.
ALTER TABLE invoice
  ADD CONSTRAINT ck_invoice_asks_for_money CHECK (total_amount >= 0) NOT VALID;
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM invoice WHERE total_amount < 0) THEN
    ALTER TABLE invoice VALIDATE CONSTRAINT ck_invoice_asks_for_money;
  END IF;
END $$;
