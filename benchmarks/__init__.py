"""Measurements as ratios; see `make bench`."""
