"""Documentation site: the pages of the repository and the API of the core, as static HTML with a search."""
