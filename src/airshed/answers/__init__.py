"""What is asked and shown, once: every question with its answer, from which all doors are made."""
