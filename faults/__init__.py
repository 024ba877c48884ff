"""The house while things break: processes killed, databases restarted, brokers emptied, disks full. `make faults`.

Real processes, real services, real senders. Each scenario is a module with `run(chance, seconds)`; what it found is an
`Outcome`. The traffic notes only what the house acknowledged; the proof asks the database and the disk for it.
"""
