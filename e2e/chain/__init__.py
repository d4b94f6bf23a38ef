"""The steps of the whole chain, one module a link; `e2e/test_chain.py` walks them in order."""
