"""Bank files of benefits."""
