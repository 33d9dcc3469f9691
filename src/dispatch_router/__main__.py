"""``python -m dispatch_router`` is the same as ``dispatch-router``."""

from dispatch_router.cli.main import main

main()
