"""`python -m maplegrid.cli.run`: the command without its console script, for child processes."""

from maplegrid.cli import main

if __name__ == "__main__":
    main()
