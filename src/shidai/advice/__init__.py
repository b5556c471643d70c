"""Decision support: eligibility by the WHO's criteria, missed doses, emergencies, dates and hints in pregnancy.

It advises and never blocks: nothing in the system waits for an answer of this room.
"""
