"""What an operator watches: metrics, whether it lives, and whether it can serve."""
