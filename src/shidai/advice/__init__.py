"""Decision support: the WHO's medical eligibility criteria for contraceptive use. It advises and never blocks."""
