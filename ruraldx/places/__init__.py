"""Administrative units through time: who they are, when they were valid, what became of them."""
