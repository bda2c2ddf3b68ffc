"""From a caller's arguments to a request."""
