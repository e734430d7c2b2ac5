"""Figures of learning: published tasks and text, in one table that grows as results come."""
