"""What each command does. One file for each group of commands."""
