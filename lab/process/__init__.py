"""The lab as a process: options, one folder, start, end, and the questions one can ask from outside."""
