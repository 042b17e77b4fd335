"""Acts on criteria sets, one function each."""
