"""What the air does to people: exposure, concentration-response functions, mortality."""
