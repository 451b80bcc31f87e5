"""What fields mean: the docstrings below them, read from the source when they are asked for.

pydantic can do it too, while it makes each class; that would double the time of every start.
"""

import ast
import inspect
import sys
from functools import cache

from pydantic import BaseModel


@cache
def _documented(module: str) -> dict[str, dict[str, str]]:
    """The docstrings below the fields of each class of a module; nothing without its source."""
    try:
        tree = ast.parse(inspect.getsource(sys.modules[module]))
    except (KeyError, OSError, TypeError):
        return {}
    found: dict[str, dict[str, str]] = {}
    for part in tree.body:
        if isinstance(part, ast.ClassDef):
            fields = found[part.name] = {}
            for field, text in zip(part.body, part.body[1:], strict=False):
                if (
                    isinstance(field, ast.AnnAssign)
                    and isinstance(field.target, ast.Name)
                    and isinstance(text, ast.Expr)
                    and isinstance(text.value, ast.Constant)
                    and isinstance(text.value.value, str)
                ):
                    fields[field.target.id] = inspect.cleandoc(text.value.value)
    return found


def descriptions(model: type[BaseModel]) -> dict[str, str]:
    """The meaning of each field of a model, by the word that people write."""
    found: dict[str, str] = {}
    for part in reversed(model.__mro__):
        found |= _documented(part.__module__).get(part.__name__.partition("[")[0], {})
    return {
        info.alias or name: found[name]
        for name, info in model.model_fields.items()
        if name in found
    }
