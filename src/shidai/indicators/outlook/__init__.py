"""The city's outlook: what the records show, a scenario's assumptions, and what would follow from both."""
