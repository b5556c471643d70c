"""Survey microdata in the layout of the DHS recode files, estimated with the same measures as a register."""
