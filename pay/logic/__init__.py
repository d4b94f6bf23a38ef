"""Pure calculation of pay: the price of an earning, the curves behind Q and S, tax, the bank file."""
