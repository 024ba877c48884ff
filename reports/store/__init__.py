"""Tables and queries of the reports room. Versions, signatures and renditions are only ever inserted."""
