"""Programmes: who is offered what, who came, what was found and what follows."""
