"""What goes out to people: training sessions and talks, with who came."""
