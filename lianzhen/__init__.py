"""The front door: reads the settings, opens the rooms, starts the processes.

`python -m lianzhen run` starts everything in one process; `python -m lianzhen --help` lists the rest.
"""
