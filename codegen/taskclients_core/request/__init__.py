"""Encoding of a call's arguments and body: parameter styles, forms, multipart and streamed bodies."""
