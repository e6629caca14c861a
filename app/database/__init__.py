"""Engine, transactions, the embedded server, migrations. Knows no table."""
