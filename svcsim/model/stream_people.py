"""Where the people of a step go on with the next one (semantics 71)."""

from svcsim.errors import Problem, ScenarioError
from svcsim.model.program import Label
from svcsim.model.stream_changes import StreamChanges
from svcsim.scenario.spawn import Spawn
from svcsim.scenario.step import Step
from svcsim.scenario.team_use import TeamUse
from svcsim.scenario.words import DONE, ByClass


class StreamPeople(StreamChanges):
    """The lowering of people who are kept."""

    def _people_go_on(self, name: str, then: Label) -> dict[str, str]:
        """Return the steps at which the people of a step go on, by outcome or way ("": the only).

        A way is straight where nothing is waited for, and it leads to the step itself.
        """
        step = self.step_of[name]
        ways: dict[str, str | None] = {"": None}
        if step.next is not None:
            ways = {to: to for to in step.next}
        elif step.outcome is not None:
            ways = {outcome: said.to for outcome, said in step.outcome.items()}
        found = {}
        for way, to in ways.items():
            target = self._with_people(then) if to is None else to
            if target not in self.kept or self._waits(step, way):
                continue
            if self._beside(name, target) and self._asks_alike(name, target):
                found[way] = target
        return found

    def _with_people(self, then: Label) -> str:
        """Return the step to which people may come from the one written before."""
        return next((name for name in self.kept if self.front[name] is then), DONE)

    def _waits(self, step: Step, way: str) -> bool:
        """Whether something is waited for on a way from a step."""
        outcome = None if step.next is not None else (step.outcome or {}).get(way)
        spawns: list[Spawn] = [*step.spawn, *(outcome.spawn if outcome else ())]
        waits = outcome is not None and outcome.wait is not None
        return waits or any(spawn.wait_for is not None for spawn in spawns)

    def _beside(self, name: str, target: str) -> bool:
        """Whether one token goes from a step to another."""
        return self.strands is None or self.strands.jump(name, target) is None

    def _asks_alike(self, name: str, target: str) -> bool:
        """Whether a step asks for the people who are to go on; another of their team is refused."""
        step, there = self.step_of[name], self.step_of[target].team
        assert isinstance(there, TeamUse)
        if step.touch is None or step.team is None or step.gate is not None:
            return False
        uses = step.team.values.values() if isinstance(step.team, ByClass) else [step.team]
        if not any(team in use.teams for use in uses for team in there.teams):
            return False
        more = [word for word in ("uses", "quorum", "auto", "every") if getattr(step, word)]
        if more or any(use.numbers != there.numbers for use in uses):
            said = f"{name} says {more[0]}" if more else f"{name} asks for other people"
            raise ScenarioError(
                [
                    Problem(
                        "same-person-others",
                        f"{self.path[target]}.same_person",
                        f"{said}, and leads straight here",
                        f"let {name} ask for as many of {there.teams[0]} as here and for nothing "
                        "else, or leave same_person out",
                    )
                ]
            )
        return True

    def _somebody_goes_on(self) -> None:
        """Refuse steps to which nobody comes with the people of another."""
        led = {target for ways in self.goes_on.values() for target in ways.values()}
        for name in self.kept:
            if name not in led:
                team = self.step_of[name].team
                assert isinstance(team, TeamUse)
                raise ScenarioError(
                    [
                        Problem(
                            "same-person-nobody",
                            f"{self.path[name]}.same_person",
                            f"no work of {team.teams[0]} leads straight to {name}",
                            f"write it right behind a step of {team.teams[0]}, with no wait "
                            "between, or leave same_person out",
                        )
                    ]
                )
