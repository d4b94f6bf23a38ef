"""Pure calculation: skill scores, marking, drawing, item statistics, credentials."""
