"""Reports of a comparison: for a terminal, a pull request, a browser, other programs, and the change log."""
