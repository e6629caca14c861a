"""The long fault tests (`make faults`): servers and clients killed, connections cut at COMMIT."""
