"""The figures the product promises, measured: `make bench`, one module for each bench."""
