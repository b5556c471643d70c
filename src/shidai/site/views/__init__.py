"""Pages that cross rooms: the frame, the home page, numbers, areas, jobs, audit, the pack."""
