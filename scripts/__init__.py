"""What prepares this folder and writes its generated pages: run by `make`, never imported by the product."""
