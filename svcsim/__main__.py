"""``python -m svcsim``."""

from svcsim.cli import main

if __name__ == "__main__":
    main()
