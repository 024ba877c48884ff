"""One file a command: `arguments(parser)` declares its words, `main(given)` does it."""
