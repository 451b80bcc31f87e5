"""Arguments of the library that are checked before anything is done with them."""

import os
from collections.abc import Iterable, Mapping

from svcsim.errors import SvcsimError
from svcsim.scenario.units import shown


def checked_texts(name: str, value: object, example: str) -> list[str]:
    """Several texts, or one by itself.

    Raises
    ------
    SvcsimError
        If it is anything else.

    Examples
    --------
    >>> checked_texts("set", "teams.desk.people=+1", "...")
    ['teams.desk.people=+1']
    """
    if isinstance(value, str):
        return [value]
    texts = list(value) if isinstance(value, Iterable) and not isinstance(value, Mapping) else None
    wrong = next((text for text in texts or () if not isinstance(text, str)), None)
    if texts is None or wrong is not None:
        found = shown(value if texts is None else wrong)
        raise SvcsimError(f'{name}: found {found}; write texts: {name}=["{example}"]')
    return texts


def checked_file(value: object) -> str:
    """The name of the file of a scenario, or of one that is shipped.

    Raises
    ------
    SvcsimError
        If it is no name.
    """
    if not isinstance(value, str | os.PathLike):
        plain = value is None or isinstance(value, Mapping | list | tuple | int | float)
        kind = shown(value) if plain else f"a {type(value).__name__}"
        remedy = 'name its file, or one that is shipped, such as "first_desk"'
        raise SvcsimError(f"a scenario is expected, and {kind} was found; {remedy}")
    text = os.fspath(value)
    if isinstance(text, bytes) or "\n" in text:
        kind = "bytes" if isinstance(text, bytes) else "a text of several lines"
        remedy = "write it to a file, and give the name of the file"
        raise SvcsimError(f"the name of a file is expected, and {kind} was found; {remedy}")
    return text
