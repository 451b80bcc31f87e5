"""What `svcsim.decisions.verify` holds a scenario against, one kind of check a file."""
