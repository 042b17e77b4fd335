"""Acts on rounds and assessments: one function per act, one transaction per act."""
