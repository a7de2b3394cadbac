"""Reports written from an assessment: HTML in several languages, CSV tables, workbook."""
