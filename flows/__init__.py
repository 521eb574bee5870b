"""What happens: the nightly flow, its steps, the command line."""
