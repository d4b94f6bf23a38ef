"""Pure calculation of the live floor: rules, masking, routing, waiting times."""
