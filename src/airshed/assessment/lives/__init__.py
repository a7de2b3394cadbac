"""What PM2.5 does to people, and what that is worth."""
