"""What no form of ours sends and anybody may: values, names, files and bodies, and how an answer to them is judged.

`values` are what is sent, `names` finds what an address reads, `answers` says what is wrong with an answer.
"""
