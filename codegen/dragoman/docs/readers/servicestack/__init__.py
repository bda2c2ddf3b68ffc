"""Readers of ServiceStack metadata pages: `table`, and classes in JavaScript (`js`) and TypeScript (`ts`)."""
