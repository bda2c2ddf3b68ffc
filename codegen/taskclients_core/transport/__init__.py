"""Sending a request and making sense of the answer: flows decide, drivers act."""
