"""What is held against what was set: checklists that stations work through as pilots."""
