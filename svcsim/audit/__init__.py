"""The auditor says whether a trajectory was possible under the law of docs/semantics.md.

It reads a model and the rows that an engine returned, and no code of an engine. From the rows alone
it rebuilds what every item did, who was on shift and who waited for whom, and says what no engine
may have done.
"""

from svcsim.audit.auditor import Audit, audit, examine
from svcsim.audit.findings import Finding
from svcsim.audit.rules import RULES, Rule

__all__ = ["RULES", "Audit", "Finding", "Rule", "audit", "examine"]
