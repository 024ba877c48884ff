"""Ways to show a version to the world; one member today (PDF), each a pure function of a version's facts."""
