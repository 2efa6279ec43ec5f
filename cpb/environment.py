"""How the settings read the environment."""

import sys
from typing import Any
from urllib.parse import SplitResult, urlsplit

from environs import Env


class Environment(Env):
    """A variable that is there and empty is one that is not set, as files of variables and compose write it."""

    def _get_value(self, env_key: str, default: Any) -> Any:
        return super()._get_value(env_key, default) or default

    def address(self, name: str, *schemes: str) -> SplitResult:
        """The parts of an address that begins with one of these; all are empty where none is set. Any other stops the process."""
        text = self.str(name, "")
        try:
            parts = urlsplit(text)
            _ = parts.port
        except ValueError:  # its words may hold half a password
            sys.exit(f"{name} cannot be read. Is the port a number, and the password percent-encoded?")
        if text and parts.scheme not in schemes:
            sys.exit(f"{name} must begin with {' or '.join(f'{scheme}://' for scheme in schemes)}.")
        return parts
