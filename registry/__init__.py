"""Registry: who, where, and what was ordered.

Comes in: units, devices, people, patients and orders, typed by people or read from a header. Goes out: the Actor of
every request, the device behind an AE title, the patient of an examination, the order that it answers.
Standards: DICOM PS3.3 §C.7.1.1 (patient), PS3.5 §6.2 (AE, SH, LO), GB 11643 (citizen identification number).
"""
