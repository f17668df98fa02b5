"""What a worker says about itself without a word."""

from __future__ import annotations

import os

from trawl.intake.marker import DECODING, IDLE, READING, Mark, Marker


def test_the_coordinator_reads_what_the_worker_wrote() -> None:
    descriptor = Marker.create()
    worker, coordinator = Marker(os.dup(descriptor)), Marker(descriptor)
    assert coordinator.read() == Mark(0, 0, 0, 0, 0)
    worker.at(7, 3, READING)
    assert coordinator.read() == Mark(7, 3, READING, 1, 0)
    worker.beat()
    worker.at(7, 3, DECODING)
    assert coordinator.read() == Mark(7, 3, DECODING, 3, 0)
    worker.at(0, -1, IDLE)
    worker.heard()
    assert coordinator.read() == Mark(0, -1, READING, 5, 1)
    worker.close()
    coordinator.close()


def test_a_marker_does_not_leak_into_programs() -> None:
    descriptor = Marker.create()
    assert not os.get_inheritable(descriptor)
    os.close(descriptor)
