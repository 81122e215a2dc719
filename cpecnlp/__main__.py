"""``python -m cpecnlp`` is the command ``cpecnlp``."""

from cpecnlp.cli import main

if __name__ == "__main__":
    main()
