"""From a snippet to an executed notebook: `running` has it executed, `recording` keeps what it gave, `notebooks` weaves it.

The only home of kernels.
"""
