"""Every promise of the product as a sentence that can fail. The folders go from milliseconds to whole stories."""
