"""What users like, learned from events: factors of items, users computed from their events, and how good it is."""
