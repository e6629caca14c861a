"""Every read is a noun here and returns frozen rows."""
