"""Generator of the files of a client package from a spec: models, lowering, rendering, formatting, writing."""
