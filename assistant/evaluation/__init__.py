"""How well questions are understood, measured on a file of questions, beside a plain search."""
