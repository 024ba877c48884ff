"""DICOM in and out: what arrives is kept as received, indexed, shown, and handed on when a study is complete."""
