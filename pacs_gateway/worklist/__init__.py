"""The modality worklist: a device asks what is ordered for it, in the characters that it can show.

`keys` reads the question, `entries` turns orders into answers, `service` is the SCP. Standards: PS3.4 Annex K (Modality
Worklist Management), §C.2.2.2 (matching), PS3.3 §C.4.10 to C.4.12, PS3.5 Annex J (Chinese).
"""
