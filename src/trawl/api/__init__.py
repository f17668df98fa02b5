"""The server: routes that parse, call a service and render its answer, one file per domain.

Nothing is decided here. Whoever asks is told by ``api.deps``, what they may by the services.
"""
