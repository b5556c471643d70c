"""Pages of people and households: `reading` shows, `entry` records."""
