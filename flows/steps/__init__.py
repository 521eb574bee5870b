"""The steps of a night, each a verb and a plain function: no Prefect, no settings, no clock of their own."""
