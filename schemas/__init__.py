"""What is true: columns, codes, reports, checks and suites. No Prefect, no database connection, no clock, no settings."""
