"""What follows from events of this and lower apps."""
