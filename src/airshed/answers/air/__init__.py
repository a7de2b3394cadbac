"""Answers on the air: who emits, who is hit, and what that does to people."""
