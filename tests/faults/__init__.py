"""The long tests (`make faults`): servers and clients killed, connections cut, a history whole."""
