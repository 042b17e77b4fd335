"""The append-only, keyed chain of events, its writer and its verifier."""
