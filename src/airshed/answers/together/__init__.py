"""Answers on acting together: who gains, who pays, who stays."""
