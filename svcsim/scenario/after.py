"""What a step waits for: the steps that it comes after, all of them or some (semantics 41)."""

from collections.abc import Mapping
from math import ceil
from typing import Any, Literal

from pydantic import GetJsonSchemaHandler, model_serializer, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from svcsim.scenario.rules import refusal
from svcsim.scenario.units import SHARE_JSON, Share, print_share
from svcsim.scenario.words import Frozen, Positive, Reference

_FORMS = (
    "[a, b] for all, {any: [a, b]}, {at_least: 2, of: [a, b, c]} or {share: 50%, of: [a, b, c]}"
)


class After(Frozen):
    """The steps that a step waits for.

    Written ``a``, ``[a, b]`` (all of them), ``{any: [a, b]}``, ``{at_least: 2, of: [a, b, c]}``,
    ``{share: 50%, of: [a, b, c]}``, or ``[]`` (none: it begins when the item comes).
    """

    of: tuple[Reference, ...]
    """Steps before it, in the order of the file."""
    at_least: Positive | None = None
    """So many of them; not given: all."""
    share: Share | None = None
    """This share of them, rounded up."""
    losers: Literal["cancel", "run_on"] = "cancel"
    """What becomes of those that it need not wait for any longer."""

    @property
    def need(self) -> int:
        """How many of them must be done."""
        if self.share is not None:
            return max(1, ceil(self.share * len(self.of) - 1e-9))
        return len(self.of) if self.at_least is None else self.at_least

    @model_validator(mode="before")
    @classmethod
    def _read(cls, value: object) -> object:
        if not isinstance(value, Mapping):
            return {"of": list(value) if isinstance(value, list | tuple) else [value]}
        words = dict(value)
        if "any" in words:
            for word in ("of", "at_least", "share"):
                if word in words:
                    found = f"any and {word} stand together"
                    remedy = "write {any: [a, b]}, or {at_least: 2, of: [a, b, c]}"
                    raise refusal("any-and-of", found, remedy, below=(word,))
            words["of"], words["at_least"] = words.pop("any"), 1
        elif "of" not in words or not words.keys() & {"at_least", "share"}:
            found = "neither any nor of, with at_least or share, stands here"
            raise refusal("after-form", found, f"write {_FORMS}")
        if isinstance(words["of"], str):
            words["of"] = [words["of"]]
        if words["of"] == []:
            raise refusal("empty", "no steps are named", "name those of which some must be done")
        return words

    @model_validator(mode="after")
    def _sensible(self) -> "After":
        if self.at_least is not None and self.share is not None:
            found, remedy = "at_least and share stand together", "leave one of them out"
            raise refusal("at-least-and-share", found, remedy)
        if self.share == 0:
            raise refusal(
                "too-small", "0% are none of them", "write more than 0%", below=("share",)
            )
        if self.at_least is not None and self.at_least > len(self.of):
            found = f"at least {self.at_least} of {len(self.of)} steps can never be done"
            remedy = f"write at most {len(self.of)}"
            raise refusal("too-many-of", found, remedy, below=("at_least",))
        return self

    @model_serializer
    def _write(self) -> Any:
        of: Any = list(self.of)
        losers = {} if self.losers == "cancel" else {"losers": self.losers}
        if self.share is not None:
            return {"share": print_share(self.share), "of": of, **losers}
        if self.at_least == 1 and len(of) > 1:
            return {"any": of, **losers}
        if self.at_least is not None:
            return {"at_least": self.at_least, "of": of, **losers}
        return of[0] if len(of) == 1 else of

    @classmethod
    def __get_pydantic_json_schema__(
        cls, _: CoreSchema, __: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        names = {"type": "array", "items": {"type": "string"}}
        some = {"anyOf": [{"type": "string"}, {**names, "minItems": 1}]}
        losers = {"enum": ["cancel", "run_on"]}

        def mapping(**words: Any) -> JsonSchemaValue:
            return {
                "type": "object",
                "properties": {**words, "losers": losers},
                "required": list(words),
                "additionalProperties": False,
            }

        return {
            "anyOf": [
                {"type": "string"},
                names,
                mapping(any=some),
                mapping(at_least={"type": "integer", "minimum": 1}, of=some),
                mapping(share=SHARE_JSON, of=some),
            ],
            "description": cls.__doc__,
        }
