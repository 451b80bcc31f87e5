"""Constructs of reservations, and how to take them out; see `constructs`."""


def _reserves(words):
    return [team["reserve"] for team in words["teams"].values() if "reserve" in team]


def _nobody(words):
    for team in words["teams"].values():
        team.pop("reserve", None)


def _one_person(words):
    """Let one person be reserved where it is a share."""
    for reserve in _reserves(words):
        if reserve.pop("share", None):
            reserve["people"] = 1


def _listed(reserve):
    return [reserve["for"]] if isinstance(reserve["for"], str) else reserve["for"]


def _whole_streams(words):
    """Let people be reserved for all classes of the streams."""
    for reserve in _reserves(words):
        if any("." in word for word in _listed(reserve)):
            reserve["for"] = [*dict.fromkeys(word.split(".")[0] for word in _listed(reserve))]


def _first_alone(words):
    for reserve in _reserves(words):
        if len(_listed(reserve)) > 1:
            reserve["for"] = reserve["for"][0]


RESERVES = {
    "reserve": _nobody,
    "reserve: share": _one_person,
    "reserve for classes": _whole_streams,
    "reserve for several": _first_alone,
}
"""What must occur in random scenarios, and matter."""
