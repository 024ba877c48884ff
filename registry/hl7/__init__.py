"""HL7 v2 of hospital systems: ORM^O01 orders, ADT^A08 corrections, ADT^A40 two ids of one person, over MLLP.

Bytes are decoded before they are split, since GB18030's second bytes include `|`, `^`, `~` and `\\`. Every answer says
which field of which segment is wrong, in Chinese and English. Standards: HL7 v2.3.1 to v2.5.1 chapters 2, 3 and 4; MLLP
release 1.
"""
