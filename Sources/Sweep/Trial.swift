// Trials of a sweep.
