"""One file a topic; each has a `router` and hands requests to one room's door."""
