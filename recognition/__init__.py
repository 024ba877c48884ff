"""Recognition: an earlier result counts in the next unit instead of a new examination, and a ledger proves it.

What is recognised is the image, the tracing or the data; the county's conclusion stands beside it as reference.
"""
