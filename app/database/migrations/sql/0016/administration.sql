-- What the administrator keeps: printers and what they print, carton types, wrong scans to look at.

-- How large a carton is inside; all three or none.
ALTER TABLE carton_type
  ADD COLUMN length_mm NUMERIC(14, 4),
  ADD COLUMN width_mm NUMERIC(14, 4),
  ADD COLUMN height_mm NUMERIC(14, 4),
  ADD CONSTRAINT ck_carton_type_measures_positive CHECK (
    'NaN' <> ALL (ARRAY[tare_kg, max_kg, volume_l, length_mm, width_mm, height_mm])
    AND tare_kg >= 0 AND max_kg > 0 AND volume_l > 0
    AND length_mm > 0 AND width_mm > 0 AND height_mm > 0),
  ADD CONSTRAINT ck_carton_type_size_is_whole
    CHECK (num_nulls(length_mm, width_mm, height_mm) IN (0, 3));
REVOKE INSERT, UPDATE ON carton_type FROM {p}_stock;
GRANT INSERT (code, name, kind, tare_kg, max_kg, volume_l, length_mm, width_mm, height_mm,
    is_default),
  UPDATE (name, tare_kg, max_kg, volume_l, length_mm, width_mm, height_mm, is_default, is_active)
  ON carton_type TO {p}_stock, {p}_admin;

-- A printer keeps its code; its density is one that label printers have.
ALTER TABLE printer
  ADD CONSTRAINT ck_printer_dots_known CHECK (dots_per_mm IN (6, 8, 12, 24));
REVOKE INSERT, UPDATE ON printer, station_printer FROM {p}_admin;
GRANT INSERT (code, name, kind, address, language, dots_per_mm),
  UPDATE (name, kind, address, language, dots_per_mm, is_active) ON printer TO {p}_admin;
GRANT INSERT (station_id, role, printer_id), UPDATE (printer_id) ON station_printer TO {p}_admin;

-- A test page is a paper too, whichever others there are.
DO $$
DECLARE
  v_others text := (SELECT pg_get_expr(conbin, conrelid) FROM pg_constraint
                     WHERE conname = 'ck_print_job_documentkind');
BEGIN
  ALTER TABLE print_job DROP CONSTRAINT ck_print_job_documentkind;
  EXECUTE 'ALTER TABLE print_job ADD CONSTRAINT ck_print_job_documentkind CHECK ('
          || v_others || ' OR document = ''test_page'')';
END $$;
GRANT SELECT ON print_job, wrong_scan TO {p}_admin;
-- Who changed what is told beside it.
GRANT SELECT ON event_touch TO {p}_admin;
GRANT INSERT (document, subject_id, copies, printer_id, station, operator),
  UPDATE (state, result, finished_at, printer_id) ON print_job TO {p}_admin;
-- What failed is looked for by hand, and there are few of them.
CREATE INDEX ix_print_job_failed ON print_job (id) WHERE state = 'failed';
