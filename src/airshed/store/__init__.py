"""What outlives a server: saved scenarios and jobs, in a database."""
