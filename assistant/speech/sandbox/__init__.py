"""Reading and hearing what strangers sent, in child processes that can do nothing else."""
