"""An ECG sheet true to the millimetre: one layout, painted as SVG, PDF and PNG here and by the workstation's canvas.

`lay_out` decides where everything stands, in millimetres; painters only paint. What is drawn is what was measured:
no smoothing, no resampling, a gap stays a gap.
"""

from ecg.drawing.layout import Caption, Presentation, Sheet, lay_out
from ecg.drawing.page import paint_pdf, paint_png
from ecg.drawing.svg import paint_svg

__all__ = ["Caption", "Presentation", "Sheet", "lay_out", "paint_pdf", "paint_png", "paint_svg"]
