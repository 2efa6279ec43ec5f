"""The people, organisations and agreements that the tests are about, by name."""
