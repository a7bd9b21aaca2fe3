"""ChannelExplorer: its traits (``widget.py``), picture, and, for the browser, arithmetic, view and style."""
