"""The year's work with commodities: who takes what where, and the stock book that follows from it."""
