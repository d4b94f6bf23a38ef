"""Pure rules of training: what a lesson may hold, how it is scored, which level is open."""
