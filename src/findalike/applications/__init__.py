"""Applications: one module each. `base.py` is the contract, `registry.py` finds them by entry point."""
