"""An editor's acts: edit, hide, delete, restore, merge, split, decide about prerequisites, and undo any of these.

The queue tells what needs a person, worst first; many of its questions are decided as one act.

Every act is one transaction with one audit entry that holds each changed field before and after. What a curator
decided outranks every page and every model, field by field, until it is given back to them.
"""
