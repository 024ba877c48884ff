"""How the ECG figures are scored: the truth of the sample databases, matching, and statistics. docs/ecg-accuracy.md."""
