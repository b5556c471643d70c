"""Supply: sites, stock by lot in double entry, cards, handing out, requisitions, recalls."""
