"""What the system says of a process that was started."""

import os

import psutil


def yields_to_us(pid: int) -> bool:
    """Whether it comes after this process: its niceness counts, which Linux may see to in one session only, and what is
    typed into our terminal does not reach it."""
    apart = os.getpgid(pid) != os.getpgid(0)
    return apart and os.getsid(pid) == os.getsid(0) and psutil.Process(pid).nice() >= os.nice(0) + 10
