"""From a spec to the files of a client package."""
