"""`findalike bench ann`: vector engines beside each other, on the same vectors, against exact answers."""
