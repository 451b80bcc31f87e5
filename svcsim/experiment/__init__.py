"""Many runs: replications, and what they give."""
