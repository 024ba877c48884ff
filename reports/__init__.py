"""Reports: what a doctor writes, another reviews, the county signs and the clinic reads.

A version *is* its canonical content (RFC 8785) and never changes; a PDF is a rendition of it. Whether a report is
final and whether a clinic has it are two questions with two fields. The door is `reports.api`.
"""
