"""Videos: a clip in a longer video, a still in a video. Pure: no database.

Frames that are near in fingerprint propose how two videos lie against each other in time
(``seeds``, ``proposals``); the proposal is then put to the test over all frames of both
(``alignment``, ``runs``). A single frame in common proposes, but proves nothing.
"""
