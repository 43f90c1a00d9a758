"""What a fingerprint of a finding is made of, and where known ones are kept."""

CODE_DIGITS = 16
SYMBOL_DIGITS = 8
"""A fingerprint is that many digits of the code's digest and of the digest of the function around it."""
BASELINE_NAME = ".marketo-migrate-baseline.json"
"""Usual name of the file of known findings, which is not scanned itself."""
