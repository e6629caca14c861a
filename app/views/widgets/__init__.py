"""The parts every screen shares."""
