"""The year's training sessions and the pilots of a checklist."""
