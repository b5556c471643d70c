"""Pages of supply: sites and their book, the dispensing point, requisitions, recalls, cards."""
