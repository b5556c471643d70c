"""Probabilistic record linkage: which records of one or two lists are one person, with a probability for each pair.

The model is Fellegi and Sunter's (JASA 64, 1969), trained without labels by expectation-maximisation; Splink compares
and weighs the pairs on DuckDB. Ours are the levels that tell Chinese and Latin records of persons apart, the chances
measured among strangers and within a family (`chance`), and the probabilities where each list holds a person once.
"""
