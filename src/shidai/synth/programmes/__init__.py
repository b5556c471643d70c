"""The programmes' last year: who comes when, what is answered, what that amounts to, and who says no."""
