"""The command line: one module per command group, thin over the same functions as Python and the report."""
