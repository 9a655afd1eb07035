"""Webhooks: messages that their receivers can prove to come from us, and the sending of one."""
