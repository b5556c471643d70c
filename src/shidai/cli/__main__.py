"""`python -m shidai.cli` is `shidai`."""

from shidai.cli import main

main()
