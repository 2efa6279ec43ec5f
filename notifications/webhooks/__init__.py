"""Telling other systems: what happened, about which id, and nothing more (docs/webhooks.md)."""
