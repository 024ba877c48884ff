"""The reading queue's table and every query on it."""
