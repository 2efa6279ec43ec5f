"""The file in which results are shared with other bodies: how it is written, signed, read and refused (docs/shared-results.md)."""
