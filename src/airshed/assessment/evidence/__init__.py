"""What the answers rest on and how far they have come out: calibration, hindcast, validation, claims, equations."""
