"""Who is calling: what callers may give as `auth`, and how it gets into a request."""
