"""The tables of recognition and every query."""
