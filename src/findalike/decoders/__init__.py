"""Reading untrusted files: in processes that may die, with limits on time, memory and unpacked size.

`pool` runs functions in such processes; `image`, `archive`, `tables` and `documents` read files; `sniff` says what a
file is. `documents` gives blocks, which `passages` cuts to what an encoder reads; `language` says whose words they are.
"""
