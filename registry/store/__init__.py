"""The registry's tables and every query on them."""
