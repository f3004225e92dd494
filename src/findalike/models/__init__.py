"""Model cards and data cards: what they are, where their files come from, and the cache that keeps them.

Importing this package is light: nothing here imports a numerical library until a file is converted.
"""
