"""Many runs: replications, comparisons, and what they give."""
