"""Demo data: marked as demo, loaded through the same operations as real data."""
