"""The command line: one command, one file; it parses, calls the library and prints."""

import sys


def main(arguments: list[str] | None = None) -> None:
    """Run a command and leave with its exit code.

    0 done, 1 a required target is missed or a check of `verify` does not hold, 2 the input is
    wrong, 130 interrupted. What a user can repair is told on stderr, without a traceback.
    """
    from svcsim.cli.app import app
    from svcsim.cli.leave import abandon, leave
    from svcsim.errors import ArgumentError, SvcsimError

    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    try:
        app(arguments)
    except ArgumentError as error:
        leave(error.as_option(), 2)
    except SvcsimError as error:
        leave(str(error), 2)
    except BrokenPipeError:
        # Who reads has gone; stdout must not be flushed into the void at exit.
        sys.stdout = None
        sys.exit(141)
    except OSError as error:
        place = f"{error.filename}: " if error.filename else ""
        leave(f"{place}{error.strerror or error}", 2)
    except UnicodeDecodeError as error:
        leave(f"a file is not UTF-8 text: {error}; save it as UTF-8", 2)
    except KeyboardInterrupt:
        leave("interrupted before anything was finished", 130)
    except MemoryError:
        leave("there is not enough memory; take a shorter horizon, or fewer --jobs", 2)
    except SystemExit as left:
        if left.code == 130:
            abandon()
        raise
