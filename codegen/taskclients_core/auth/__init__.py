"""Authentication: the accepted values of `auth=`, tokens, and the parts of a request that authenticate it."""
