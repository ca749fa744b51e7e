"""The command line `paotuan`: one door for every chore."""
