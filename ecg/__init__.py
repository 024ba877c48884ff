"""ECG: a pure library (readers, writers, analysis, drawing) with a thin room around it.

In come the bytes of a cart's file; out go an `EcgRecord` in microvolts, its measurements and its drawing.
The library opens nothing, prints nothing and knows no database. Standards: DICOM PS3.3 §A.34 (waveform IODs),
EN 1064 (SCP-ECG), HL7 aECG, IEC 60601-2-25, AHA/ACC/HRS recommendations for electrocardiography.
"""
