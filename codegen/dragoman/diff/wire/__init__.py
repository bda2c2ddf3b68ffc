"""Comparison of two specs part by part, and what each change means on the wire."""
