"""``python -m convlab``: the set-up check. Leaves with exit code 0 if everything is here, else 1."""

import sys

from convlab.setup_check import check_setup


def main() -> int:
    """Print the set-up check; 0 if everything is here, else 1."""
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="replace")  # a folder's name may have letters that this terminal lacks
    report = check_setup()
    print(report)
    return 0 if report.ok else 1


if __name__ == "__main__":
    sys.exit(main())
