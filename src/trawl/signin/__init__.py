"""Signing in: passwords, second factors, sessions, invitations."""
