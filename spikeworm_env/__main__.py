"""``python -m spikeworm_env``: the command line, as ``spikeworm``."""

from spikeworm_env.cli import main

if __name__ == "__main__":
    main()
