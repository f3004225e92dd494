"""`python -m findalike` is the command line."""

from findalike.cli import main

if __name__ == "__main__":
    main()
