"""Numbers of any table: correlations, their inference, streams of rows."""
