"""The floor: the words and tools every room stands on.

Vocabulary, ids, clock, errors and their messages, the database's one way to write, the audit trail, background
tasks, events, access policy and the log. A thing enters only when three rooms need it with the same meaning.
"""
