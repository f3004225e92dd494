"""Reading untrusted files: in processes that may die, with limits on time, memory and unpacked size.

`pool` runs functions in such processes; `image`, `archive` and `tables` read files; `sniff` says what a file is.
"""
