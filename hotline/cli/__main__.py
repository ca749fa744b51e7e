"""`python -m hotline.cli`, which the launcher ./paotuan runs."""

from hotline.cli.main import app

app()
