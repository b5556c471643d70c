"""`python -m shidai.cli` is `shidai`."""

from shidai.cli import main

if __name__ == "__main__":  # workers of a process pool import this module too
    main()
