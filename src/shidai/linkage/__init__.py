"""Probabilistic record linkage: which records of one or two lists are one person, with a probability for each pair.

The model is Fellegi and Sunter's (JASA 64, 1969), trained without labels by expectation-maximisation in Splink; what is
ours are the levels that tell Chinese and Latin records of persons apart, and the rules that keep twins apart.
"""
